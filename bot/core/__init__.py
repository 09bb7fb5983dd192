"""The conversation, whatever the channel: who may ask, what was said, what is sent. Adapters render it and know no retrieval."""

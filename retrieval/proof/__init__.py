"""核稿: each figure and quotation of a draft located in the collection."""

# 镇问的镜像：不以 root 运行，根目录只读也能用；torch 先从它自己的 CPU 源取；要认扫描件时加 --build-arg EXTRAS=[ocr]。用法见 data/operations.md。
FROM python:3.12-slim AS build
WORKDIR /src
COPY pyproject.toml requirements.lock README.md LICENSE ./
COPY bot bot
COPY retrieval retrieval
COPY index index
ARG EXTRAS=
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
RUN python -m venv /app \
    && (/app/bin/pip install --no-cache-dir --no-deps --index-url "$TORCH_INDEX" "$(grep '^torch==' requirements.lock)" || true) \
    && /app/bin/pip install --no-cache-dir -c requirements.lock ".${EXTRAS}"

FROM python:3.12-slim
ARG EXTRAS=
# 没有内嵌中文字体的 PDF 要靠系统的字体；antiword 读旧的 .doc；后两样是认扫描件的程序要的。
RUN apt-get update \
    && apt-get install -y --no-install-recommends fonts-wqy-microhei antiword $(test -z "$EXTRAS" || echo libgl1 libglib2.0-0) \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data --create-home zhenwen
COPY --from=build /app /app
ENV PATH=/app/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    ZHENWEN_STORE=/data/store \
    ZHENWEN_DATABASE=/data/zhenwen.sqlite \
    ZHENWEN_WEB_HOST=0.0.0.0 \
    ZHENWEN_WEB_PORT=8642 \
    ZHENWEN_LOG=json
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8642
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8642/health', timeout=4)"]
ENTRYPOINT ["zhenwen"]
CMD ["serve"]

# One image per process owner: docker build -f deploy/service.Dockerfile --build-arg SERVICE=registry -t technopark/registry .
# SERVICE is registry, expertise, transfer, reporting or gateway. Pin BASE by digest in production:
#   --build-arg BASE=python:3.11-slim-bookworm@sha256:…
ARG BASE=python:3.11-slim-bookworm

# Every locked package, verified by its hashes: the same layer for all images; nothing of it is shipped as a whole.
FROM ${BASE} AS locked
WORKDIR /house
ENV UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.txt .
RUN python3 -m venv /locked \
 && sed -n '/^uv==/,/^[^ ]/{/^uv==/p;/^ /p}' requirements.txt > uv.txt \
 && /locked/bin/pip install --quiet --no-cache-dir --no-deps --require-hashes -r uv.txt \
 && /locked/bin/uv pip sync --quiet --python /locked/bin/python --require-hashes requirements.txt

# The service with what it declares, and no more.
FROM locked AS built
ARG SERVICE
# What every request passes at the gateway is compiled (docs/decisions/0025); the compiler stays behind in this stage.
RUN if [ "$SERVICE" = gateway ]; then \
      apt-get update -qq && apt-get install -y -qq --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*; \
    fi
COPY deploy/locked_closure.py ./
COPY contracts contracts
COPY chassis chassis
COPY services services
COPY gateway gateway
# Guides that the gateway shows are links to these.
COPY docs/clients.md docs/partners.md docs/
RUN if [ "$SERVICE" = gateway ]; then \
      folder=gateway; export HATCH_BUILD_HOOK_ENABLE_CUSTOM=true MYPYPATH=/house/chassis/src:/house/contracts/src; \
    else folder="services/$SERVICE"; fi \
 && for each in contracts chassis "$folder"; do \
      /locked/bin/uv build --quiet --offline --wheel --no-build-isolation --python /locked/bin/python -o wheels "$each" || exit 1; \
    done \
 && /locked/bin/python locked_closure.py requirements.txt wheels/technopark_"$SERVICE"-*.whl wheels/*.whl > needed.txt \
 && python3 -m venv --without-pip /app \
 && /locked/bin/uv pip install --quiet --offline --python /app/bin/python --no-deps --require-hashes --compile-bytecode -r needed.txt \
 && /locked/bin/uv pip install --quiet --offline --python /app/bin/python --no-deps --compile-bytecode wheels/*.whl \
 && /locked/bin/uv pip check --python /app/bin/python \
 && printf '#!/bin/sh\nexec /app/bin/python -m %s "$@"\n' "$SERVICE" > /app/bin/service \
 && chmod 755 /app/bin/service

FROM ${BASE}
ARG SERVICE
LABEL org.opencontainers.image.title="technopark/${SERVICE}"
COPY --from=built /app /app
# Nothing is written but /tmp, so the root file system may be read-only.
ENV PATH=/app/bin:$PATH HOME=/tmp PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HTTP_HOST=0.0.0.0 GATEWAY_HOST=0.0.0.0
# Motor would size its pool of threads by the cores of the node, not of the container.
ENV MOTOR_MAX_WORKERS=64
USER 10001:10001
WORKDIR /tmp
STOPSIGNAL SIGTERM
ENTRYPOINT ["service"]
CMD ["serve"]

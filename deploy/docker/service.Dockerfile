# One image for every process of Tocsin; what it runs is the command: services/<name>/dist/src/main.js, or a tool.
ARG NODE=22.21.1-bookworm-slim

FROM node:${NODE} AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY libs/contracts/package.json libs/contracts/
COPY libs/domain-kit/package.json libs/domain-kit/
COPY libs/event-log/package.json libs/event-log/
COPY libs/local-servers/package.json libs/local-servers/
COPY libs/outbound/package.json libs/outbound/
COPY libs/service-kit/package.json libs/service-kit/
COPY libs/testkit/package.json libs/testkit/
COPY services/analysis/package.json services/analysis/
COPY services/escalation/package.json services/escalation/
COPY services/ingestion/package.json services/ingestion/
COPY services/notification/package.json services/notification/
COPY services/query/package.json services/query/
COPY apps/cli/package.json apps/cli/
COPY tools/package.json tools/
COPY scenarios/package.json scenarios/
COPY bench/package.json bench/

FROM manifests AS build
RUN npm ci --no-audit --no-fund
COPY . .
RUN node node_modules/typescript/bin/tsc -b tools apps/cli

# The embedded PostgreSQL and the platform binaries of the test tools are optional, and no part of the image.
FROM manifests AS dependencies
RUN npm ci --no-audit --no-fund --omit=dev --omit=optional

FROM node:${NODE}
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app ./
COPY --from=build /app/libs ./libs
COPY --from=build /app/services ./services
COPY --from=build /app/apps ./apps
COPY --from=build /app/tools ./tools
COPY --from=build /app/proto-schemas ./proto-schemas
RUN mkdir /data /secrets && chown node:node /data /secrets && chmod 700 /secrets
USER node
ENV TOCSIN_DATA=/data HTTP_HOST=0.0.0.0 HTTP_PORT=8080
EXPOSE 8080
ENTRYPOINT ["node", "--enable-source-maps"]

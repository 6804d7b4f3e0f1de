# syntax=docker/dockerfile:1

FROM node:24-bookworm-slim AS source
WORKDIR /app
COPY package.json package-lock.json .npmrc ./

# npm ci refuses a lock file that lacks optional packages of platforms which publish none here; install pins as well.
FROM source AS build
# Nothing that the build needs comes from an install script; the embedded Postgres does, and is not built here.
RUN npm install --ignore-scripts --no-save
COPY . .
RUN npm run build

FROM source AS dependencies
# Optional packages are a Node binary and the embedded Postgres, both for `npm start` alone.
RUN npm install --ignore-scripts --no-save --omit=dev --omit=optional

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
# A new volume takes over this folder's owner, so that the worker may write to its spool without being root.
RUN install -d -o node -g node -m 0700 /var/lib/evergrant /var/lib/evergrant/spool /var/lib/evergrant/sandbox
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
USER node
ENTRYPOINT ["node", "--enable-source-maps", "--max-semi-space-size=4"]
CMD ["dist/apps/gateway/main.js"]

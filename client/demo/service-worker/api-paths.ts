/** Paths that belong to the API. The service worker answers none of them, so nothing of theirs is ever cached. */
export const API_PATHS = ['/graphql', '/graphiql', '/demo', '/healthz', '/readyz', '/metrics'];

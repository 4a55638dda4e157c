/**
 * The role that the API's connections take. It owns nothing, so row-level security binds it; it cannot log in by itself
 * (`-c role=` at connection). Migrations create it when it is missing.
 */
export const APP_ROLE = 'holdfast_app';

/** Settings of one transaction that the policies and the guard trigger read. */
export const USER_SETTING = 'holdfast.viewer';
export const READABLE_SETTING = 'holdfast.readable';
export const WRITABLE_SETTING = 'holdfast.writable';
export const ENGINE_SETTING = 'holdfast.engine';

/**
 * Where synced tables live, for migrations and connections alike. Said aloud because Postgres looks into a schema of the
 * user's name first: for a user called `holdfast` that is the engine's own.
 */
export const SEARCH_PATH = 'search_path=public';

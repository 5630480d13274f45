// The part of Workers KV that the edge uses, for plain workerd: values with an end, kept on disk.
// workerd's KV binding asks by HTTP: GET, PUT and DELETE of /<key>, the end in a query parameter.
import { DurableObject } from "cloudflare:workers";

// Above every real use: a full disk would take more than tokens with it.
const MAX_TOKENS = 100_000;

export class Store extends DurableObject {
  constructor(context, env) {
    super(context, env);
    this.sql = context.storage.sql;
    this.sql.exec(
      `CREATE TABLE IF NOT EXISTS tokens (
         key TEXT PRIMARY KEY, value TEXT NOT NULL, expires INTEGER NOT NULL
       ) WITHOUT ROWID`,
    );
    this.sql.exec("CREATE INDEX IF NOT EXISTS by_end ON tokens (expires)");
  }

  read(key, now) {
    const query = "SELECT value FROM tokens WHERE key = ? AND expires > ?";
    return [...this.sql.exec(query, key, now)][0]?.value ?? null;
  }

  /** False where there is no room. */
  write(key, value, expires, now) {
    this.sql.exec("DELETE FROM tokens WHERE expires <= ?", now);
    if (this.sql.exec("SELECT count(*) AS count FROM tokens").one().count >= MAX_TOKENS) return false;
    this.sql.exec("INSERT OR REPLACE INTO tokens VALUES (?, ?, ?)", key, value, expires);
    return true;
  }

  remove(key) {
    this.sql.exec("DELETE FROM tokens WHERE key = ?", key);
  }
}

function end(query, now) {
  if (query.has("expiration")) return Number(query.get("expiration"));
  if (query.has("expiration_ttl")) return now + Number(query.get("expiration_ttl"));
  return Number.MAX_SAFE_INTEGER;
}

export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    const key = decodeURIComponent(pathname.slice(1));
    const now = Math.floor(Date.now() / 1000);
    const store = env.STORE.get(env.STORE.idFromName("tokens"));
    switch (request.method) {
      case "GET": {
        const value = await store.read(key, now);
        return value === null ? new Response(null, { status: 404 }) : new Response(value);
      }
      case "PUT": {
        const written = await store.write(key, await request.text(), end(searchParams, now), now);
        return new Response(null, { status: written ? 200 : 507 });
      }
      case "DELETE":
        await store.remove(key);
        return new Response(null);
      default:
        return new Response(null, { status: 405 });
    }
  },
};

// PostGraphile with its recommended preset, for production: no explorer, no watching.
// Every column may order and filter, so that its queries need no detour.
import { makePgService } from "postgraphile/adaptors/pg";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

export default {
  extends: [PostGraphileAmberPreset],
  disablePlugins: ["PgIndexBehaviorsPlugin"],
  pgServices: [
    makePgService({
      connectionString: process.env.DATABASE_URL,
      poolConfig: { max: Number(process.env.BENCH_POOL) },
    }),
  ],
  grafserv: { host: "127.0.0.1", port: Number(process.env.BENCH_PORT), graphqlPath: "/graphql", graphiql: false, watch: false },
  grafast: { explain: false },
};

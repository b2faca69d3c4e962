import { environment, type ClusterAddress } from "./environment";
import { askShard, scaleOutUnavailable } from "./scale-out-client";

/**
 * What is wrong with the cluster, in words that everybody may read: null when all is well,
 * undefined where none is configured.
 */
export async function scaleOutTrouble(timeoutMs: number): Promise<string | null | undefined> {
  const address = environment().TODISCOPE_SCALE_OUT_URL;
  if (address === undefined) return undefined;
  const found = await checkShards(address, timeoutMs).then(() => null, (error: Error) => error);
  return found === null ? null : "The cluster cannot compute now: a shard does not answer.";
}

/** @throws AppError SCALE_OUT_UNAVAILABLE unless every shard answers, each by its own address. */
async function checkShards(
  { shards, cluster }: ClusterAddress, timeoutMs: number,
): Promise<void> {
  const counts = await Promise.all(shards.map((shard) => askShard(shard,
    `SELECT count() FROM cluster('${cluster}', system.one)`, { timeoutMs })));
  const known = Number(counts[0]);
  if (known === shards.length) return;
  throw scaleOutUnavailable(`it has ${known} shards, and TODISCOPE_SCALE_OUT_URL names ` +
    `${shards.length}`);
}

import { netByInstrument, netByPortfolio, type Netted, type Netting } from "@/lib/risk";
import { curveOf } from "./secured-debts";
import type { SealedVersion } from "./sealed-versions";

/** A sealed version under a netting; by instrument its debts are read once and cached. */
export const nettedVersion = async (sealed: SealedVersion, netting: Netting): Promise<Netted> =>
  netting === "portfolio" ? netByPortfolio(sealed.exposure)
    : netByInstrument(sealed.exposure, await curveOf(sealed.datasetVersionId));

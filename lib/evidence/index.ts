/** Evidence: identity, sealing, verification, and Merkle proofs. */
export {
  ENGINE_ID, ENGINE_VERSION, EVIDENCE_KINDS, exposureEvidenceId, findingId, linkId, runId,
  scenarioEvidenceId, type EvidenceKind,
} from "./identity";
export {
  sealEvidence, verifyAllEvidence, verifyEvidence, type EvidenceDefect, type EvidenceProblem,
  type EvidenceRecord,
} from "./record";
export {
  inclusionProof, leafHash, MerkleBuilder, merkleRoot, nodeHash, verifyInclusion,
  type InclusionClaim,
} from "./merkle";

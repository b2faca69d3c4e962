/** Evidence: identity, sealing, verification, the hash chain of the audit log, Merkle proofs. */
export {
  ChainVerifier, EMPTY_CHAIN, nextLink, type ChainDefect, type ChainHead, type ChainLink,
  type ChainProblem, type LinkedEvent,
} from "./chain";
export {
  analysisEvidenceId, ENGINE_ID, ENGINE_VERSION, EVIDENCE_KINDS, exposureEvidenceId, figureIdentity,
  kpiEvidenceId, kpiFindingId, linkId, runId, scenarioEvidenceId, type Engine, type EvidenceKind,
  type FigureIdentity,
} from "./identity";
export {
  sealEvidence, verifyEvidence, verifyFinding, verifyLink, type EvidenceProblem,
  type EvidenceRecord, type FindingRecord, type LinkRecord, type SealedEvidence,
} from "./record";
export {
  BLOCK_LEAVES, blockInclusionProof, BlockTreeBuilder, InclusionBuilder, MerkleBuilder, merkleRoot,
  recordLeaf, verifyInclusion,
} from "./merkle";
export {
  base64, checkpointNote, checkpointText, fromBase64, placeBefore, readCheckpoint, verifierKey,
  type CheckpointPlace, type SignedCheckpoint,
} from "./checkpoint";
export { afterCheckpoint, CheckpointChain, isSamePlace, NO_CHECKPOINTS } from "./checkpoint-chain";
export { logLeaf, recordHash, type LogEntry, type LoggedColumns, type LogKind } from "./log-entry";
export {
  consistencyRanges, inclusionRanges, LogAppender, LOWEST_KEPT, partsOf, rangeHash,
  verifyConsistency, type LeafRange, type NodeWithHash, type TreeNode,
} from "./log-tree";

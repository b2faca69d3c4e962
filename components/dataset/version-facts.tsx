import { Card } from "@/components/ui/card";
import { HashText, KeyValueList } from "@/components/ui/figure";
import type { KeyValue } from "@/components/ui/figure";
import {
  bytes, compactNumber, count, date, moneyWithCurrency, plural, time,
} from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { ratesWords } from "./currency-card";
import type { Version } from "./types";

const nameless = (version: Version): string =>
  (version.status === "erased" ? "Name erased" : "Without a name");

function sourceFacts(version: Version): KeyValue[] {
  const { source } = version;
  return [
    { key: "File", value: `${source.name ?? nameless(version)}, ${bytes(source.bytes)}` },
    { key: "SHA-256", value: source.sha256
      ? <HashText value={source.sha256} copy="the hash of the file" />
      : <Na reason="Known once the file is read" /> },
    ...(source.received ? [
      { key: "Received as", value: `${source.received.encoding}, ${bytes(source.received.bytes)}` },
      { key: "SHA-256 as received",
        value: <HashText value={source.received.sha256} copy="the hash of the received file" /> },
    ] : []),
    { key: "Source system", value: version.source_system
      ?? <Na reason="None was given at the import" /> },
    { key: "Imported", value: `${time(version.created_at)} by ${version.created_by}` },
  ];
}

function sealFacts(version: Version): KeyValue[] {
  const { counts } = version;
  const sealed = version.sealed_at !== null;
  const { eliminated } = version;
  return [
    { key: "As of", value: version.as_of ? date(version.as_of)
      : <Na reason="The tape was imported without an as-of date" /> },
    { key: "Content hash", value: version.content_hash
      ? <HashText value={version.content_hash} copy="the content hash" />
      : <Na reason="Known once the version is sealed" /> },
    { key: "Rows", value: sealed || counts.raw > 0
      ? `${count(counts.raw)} read, ${count(counts.normalized)} normalized, `
        + `${count(counts.rejected)} left out${counts.eliminated > 0
          ? `, ${count(counts.eliminated)} eliminated` : ""}`
        + (counts.obligors === undefined ? "" : `; ${plural(counts.obligors, "obligor")} and `
          + `${plural(counts.collaterals ?? 0, "collateral")}${counts.supplements
            ? ` and ${plural(counts.supplements, "supplement")}` : ""} among them`)
      : <Na reason="Counted when the file is read" /> },
    ...(eliminated ? [{ key: "Owed inside the group",
      value: `${moneyWithCurrency(eliminated.total_outstanding, version.base_currency)} by ${
        plural(version.legal_entities.length, "own entity", "own entities")}, in no total` }] : []),
    ...(version.fx ? [{ key: "Rates", value: `${Object.entries(version.fx.rates)
      .map(([code, rate]) => `${code} ${compactNumber(rate, 10)}`).join(", ")} (${
      ratesWords(version)})` }] : []),
    { key: "Sealed", value: version.sealed_at ? time(version.sealed_at)
      : <Na reason="Not sealed" /> },
  ];
}

/** Where the version came from and what seals it. */
export function VersionFacts({ version, title }: { version: Version; title: string }) {
  return (
    <Card id="facts" title={title}>
      <div className="grid">
        <div className="c6"><KeyValueList items={sourceFacts(version)} /></div>
        <div className="c6"><KeyValueList items={sealFacts(version)} /></div>
      </div>
    </Card>
  );
}

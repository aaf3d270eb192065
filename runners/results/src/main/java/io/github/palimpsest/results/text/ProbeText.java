package io.github.palimpsest.results.text;

import io.github.palimpsest.results.analysis.ProbeAssociation;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The associations of probes with the forgetting that followed, in the text report. */
final class ProbeText {
  private static final String NONE = "-";

  private ProbeText() {}

  /** A table, and what it means; empty without associations. */
  static String of(List<ProbeAssociation> all) {
    if (all.isEmpty()) {
      return "";
    }
    List<List<String>> table = new ArrayList<>();
    table.add(
        List.of(
            "after", "probe", "runs", "recipes", "rank r", "partial", "95 %", "p Holm", "says"));
    Set<String> notes = new LinkedHashSet<>(ProbeAssociation.DEFINITION);
    for (ProbeAssociation a : all) {
      table.add(
          List.of(
              a.task(),
              a.probe(),
              "" + a.used(),
              "" + a.recipes(),
              signed(a.spearman()),
              signed(a.partial()),
              a.interval()
                  .map(v -> String.format(Locale.ROOT, "%.2f to %.2f", v.low(), v.high()))
                  .orElse(NONE),
              a.holm().isPresent() ? AnalysisText.p(a.holm().getAsDouble()) : NONE,
              a.says()));
      a.caveats().forEach(c -> notes.add(a.probe() + " after " + a.task() + ": " + c));
    }
    StringBuilder out = new StringBuilder("\nProbes before the next task, against the forgetting");
    out.append(" that followed; exploratory\n\n").append(TextTable.of(table)).append('\n');
    notes.forEach(n -> out.append(Printable.line(n)).append(".\n"));
    return out.toString();
  }

  private static String signed(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%+.2f", value) : NONE;
  }
}

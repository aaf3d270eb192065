package io.github.palimpsest.report;

import io.github.palimpsest.results.analysis.Difference;
import io.github.palimpsest.results.analysis.Differences;
import io.github.palimpsest.results.analysis.Effect;
import io.github.palimpsest.results.analysis.Effects;
import io.github.palimpsest.results.analysis.Observation;
import io.github.palimpsest.results.analysis.Outcome;
import io.github.palimpsest.results.analysis.ProbeAssociation;
import io.github.palimpsest.results.analysis.SelfTest;
import io.github.palimpsest.results.text.ChangedItems;
import io.github.palimpsest.results.text.EffectTable;
import io.github.palimpsest.results.text.MissingValues;
import io.github.palimpsest.results.text.Printable;
import io.github.palimpsest.results.text.Results;
import io.github.palimpsest.results.text.UnmergedTraining;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The results of an output folder as tables for papers and spreadsheets. */
public final class PaperTables {
  private static final String CAVEAT =
      "Only effects called clear or none are claimed; the others are open or exploratory.";

  private PaperTables() {}

  /** A format of tables. */
  public enum Format {
    /** Tables in GitHub's Markdown: recipes, effects, and differences from the first recipe. */
    MARKDOWN,
    /** One row per cell, RFC 4180; numbers with all digits. */
    CSV,
    /** One row per effect on each outcome, with what may be said of it; likewise. */
    EFFECTS_CSV,
    /** One row per recipe and set, with how many of its items were lost and gained; likewise. */
    ITEMS_CSV,
    /** The same tables for LaTeX with booktabs, without examples of items. */
    LATEX
  }

  /**
   * The tables of an output folder.
   *
   * @throws io.github.palimpsest.api.PalimpsestException if it is not an output folder
   */
  public static String of(Path folder, Format format) {
    return of(folder, Results.of(folder), format);
  }

  /**
   * The tables of an output folder.
   *
   * @param results of the folder, which says how its cells are analysed
   */
  public static String of(Path folder, Results results, Format format) {
    Report report = Report.of(folder, results);
    EqualLossTables equal = new EqualLossTables(report);
    String partial =
        new MissingValues(results)
            .partialMeans().stream().map(m -> m + ".").collect(Collectors.joining(" "));
    return switch (format) {
      case CSV -> csv(report, equal);
      case EFFECTS_CSV -> Csv.of(EffectTable.of(report.analysis()));
      case ITEMS_CSV -> Csv.of(ChangedItems.of(folder, results).table());
      case MARKDOWN ->
          markdown(recipes(report, " ± ", Format.MARKDOWN))
              + "\n"
              + (partial.isEmpty() ? "" : markdown(partial) + "\n\n")
              + (UnmergedTraining.of(results).isEmpty()
                  ? ""
                  : UnmergedTraining.TITLE
                      + ":\n\n"
                      + markdown(unmerged(report, " ± ", Format.MARKDOWN))
                      + "\n"
                      + markdown(UnmergedTraining.NOTE)
                      + "\n\n")
              + markdown(effects(report, Format.MARKDOWN))
              + "\n"
              + markdown(differences(report, Format.MARKDOWN))
              + "\n"
              + markdown(caveats(report))
              + "\n"
              + (equal.isEmpty()
                  ? ""
                  : "\n"
                      + markdown(equal.table(Format.MARKDOWN))
                      + "\n"
                      + markdown(equal.sentences())
                      + "\n")
              + probes(report, Format.MARKDOWN)
              + ItemTables.markdown(ChangedItems.of(folder, results));
      case LATEX ->
          latex(
                  recipes(report, " $\\pm$ ", Format.LATEX),
                  "Means over seeds and one standard deviation; arrows point to better values."
                      + (partial.isEmpty() ? "" : " " + latex(partial)))
              + "\n"
              + (UnmergedTraining.of(results).isEmpty()
                  ? ""
                  : latex(
                          unmerged(report, " $\\pm$ ", Format.LATEX),
                          UnmergedTraining.TITLE + ". " + UnmergedTraining.NOTE)
                      + "\n")
              + latex(effects(report, Format.LATEX), "What the axes did. " + latex(caveats(report)))
              + "\n"
              + latex(
                  differences(report, Format.LATEX),
                  "Differences over the same seeds, exploratory, with 95\\% t intervals and p"
                      + " after Holm.")
              + (equal.isEmpty()
                  ? ""
                  : "\n"
                      + latex(
                          equal.table(Format.LATEX),
                          "Differences at equal steps, passes and loss of the new task,"
                              + " exploratory. "
                              + latex(equal.sentences())))
              + probes(report, Format.LATEX)
              + ItemTables.latex(ChangedItems.of(folder, results));
    };
  }

  /** An outcome with its unit and its direction. */
  static String label(Outcome o, Format format) {
    return format == Format.LATEX ? "\t" + Units.latex(o) : Units.label(o);
  }

  /** Rows of texts; the first is the header. A cell that is already markup begins with a tab. */
  private static List<List<String>> recipes(Report report, String plusMinus, Format format) {
    List<List<String>> table = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("recipe", "seeds"));
    List<Outcome> outcomes = report.analysis().outcomes();
    outcomes.forEach(o -> head.add(label(o, format)));
    table.add(head);
    for (String recipe : report.recipes()) {
      List<String> row = new ArrayList<>(List.of(recipe, "" + report.cellsOf(recipe).size()));
      for (Outcome o : outcomes) {
        row.add("\t" + Numbers.of(report.sample(recipe, o), plusMinus));
      }
      table.add(row);
    }
    return table;
  }

  /** The trainings without mergers at the end; no row, not even a header, without such mergers. */
  private static List<List<String>> unmerged(Report report, String plusMinus, Format format) {
    List<UnmergedTraining> all = UnmergedTraining.of(report.results());
    if (all.isEmpty()) {
      return List.of();
    }
    List<String> metrics = report.results().metrics();
    List<String> sets = report.results().evaluationSets();
    List<List<String>> table = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("recipe", "seeds"));
    metrics.forEach(m -> head.add(label(report.outcome(m), format)));
    sets.forEach(s -> head.add(label(report.change(s), format)));
    table.add(head);
    for (UnmergedTraining t : all) {
      List<String> row = new ArrayList<>(List.of(t.label(), "" + t.bySeed().size()));
      metrics.forEach(m -> row.add("\t" + Numbers.of(t.metric(m), plusMinus)));
      sets.forEach(s -> row.add("\t" + Numbers.of(t.drift(s), plusMinus)));
      table.add(row);
    }
    return table;
  }

  private static List<List<String>> differences(Report report, Format format) {
    List<List<String>> table = new ArrayList<>();
    table.add(List.of("outcome", "recipe", "against", "seeds", "difference", "95 %", "p Holm"));
    for (Differences d : report.analysis().differences()) {
      for (Difference x : d.recipes()) {
        table.add(
            List.of(
                label(d.outcome(), format),
                x.recipe(),
                d.baseline(),
                "" + x.seeds().n(),
                Numbers.signed(x.seeds().mean()),
                Numbers.range(x.interval()),
                Numbers.p(x.conclusion().holm())));
      }
    }
    return table;
  }

  /** What the axes did, with what may be said of each effect. */
  private static List<List<String>> effects(Report report, Format format) {
    List<List<String>> table = new ArrayList<>();
    table.add(
        List.of(
            "outcome", "contrast", "seeds", "estimate", "95 %", "95 % family", "p Holm", "says"));
    for (Effects e : report.analysis().effects()) {
      for (Effect x : e.all()) {
        table.add(
            List.of(
                label(e.outcome(), format),
                x.contrast(),
                "" + x.seeds().n(),
                Numbers.signed(x.estimate()),
                Numbers.range(x.interval()),
                Numbers.range(x.conclusion().simultaneous()),
                Numbers.p(x.conclusion().holm()),
                x.conclusion().verdict().toString()));
      }
    }
    return table;
  }

  /** Probes before the next task, with their caveats; nothing where none was taken. */
  private static String probes(Report report, Format format) {
    List<ProbeAssociation> all = report.associations();
    if (all.isEmpty()) {
      return "";
    }
    List<List<String>> table = new ArrayList<>();
    table.add(
        List.of(
            "probe", "after", "runs", "recipes", "rank r", "partial", "95 %", "p Holm", "says"));
    LinkedHashSet<String> notes = new LinkedHashSet<>(ProbeAssociation.DEFINITION);
    for (ProbeAssociation a : all) {
      table.add(
          List.of(
              a.probe(),
              a.task(),
              "" + a.used(),
              "" + a.recipes(),
              Numbers.signed(a.spearman()),
              Numbers.signed(a.partial()),
              Numbers.range(a.interval()),
              Numbers.p(a.holm()),
              a.says()));
      a.caveats().forEach(c -> notes.add(a.probe() + " after " + a.task() + ": " + c));
    }
    String caveats = String.join(". ", notes) + ".";
    String title = "Probes before the next task, against the forgetting that followed. ";
    return format == Format.LATEX
        ? "\n" + latex(table, latex(title + caveats))
        : "\n" + markdown(table) + "\n" + markdown(title + caveats) + "\n";
  }

  /** The caveats that every form of a report carries. */
  private static String caveats(Report report) {
    List<String> all = new ArrayList<>(List.of(CAVEAT));
    report.analysis().effects().stream()
        .filter(e -> !e.main().isEmpty())
        .flatMap(e -> Stream.concat(Stream.of(e.basis().toString()), e.caveats().stream()))
        .distinct()
        .forEach(c -> all.add(EffectsSection.capital(c) + "."));
    report
        .results()
        .aliasesInWords(report.analysis())
        .ifPresent(a -> all.add(EffectsSection.capital(a) + "."));
    report.analysis().precision().forEach(s -> all.add(s + "."));
    SelfTest.of(report.analysis(), report.cells()).forEach(s -> all.add(s.sentence() + "."));
    return String.join(" ", all);
  }

  /** A table of texts; the first row is its header. */
  static String markdown(List<List<String>> table) {
    StringBuilder out = new StringBuilder();
    for (int r = 0; r < table.size(); r++) {
      out.append(
          table.get(r).stream()
              .map(t -> markdown(t.strip()))
              .collect(Collectors.joining(" | ", "| ", " |\n")));
      if (r == 0) {
        out.append("|").append(" --- |".repeat(table.get(0).size())).append("\n");
      }
    }
    return out.toString();
  }

  /** Text that Markdown shows literally, in one line. */
  static String markdown(String text) {
    return text.replaceAll("\\R", " ")
        .replaceAll("([\\\\`*_~|\\[\\]])", "\\\\$1")
        .replace("&", "&amp;")
        .replace("<", "&lt;");
  }

  /**
   * A table of texts; the first row is its header.
   *
   * @param caption in LaTeX
   */
  static String latex(List<List<String>> table, String caption) {
    StringBuilder out = new StringBuilder("\\begin{table}\n  \\centering\n");
    out.append("  \\caption{").append(caption).append("}\n");
    out.append("  \\begin{tabular}{l")
        .append("r".repeat(table.get(0).size() - 1))
        .append("}\n    \\toprule\n");
    for (int r = 0; r < table.size(); r++) {
      out.append("    ")
          .append(
              table.get(r).stream()
                  .map(t -> t.startsWith("\t") ? t.strip().replace("–", "--") : latex(t))
                  .collect(Collectors.joining(" & ")))
          .append(r == 0 ? " \\\\\n    \\midrule\n" : " \\\\\n");
    }
    return out.append("    \\bottomrule\n  \\end{tabular}\n\\end{table}\n").toString();
  }

  /** Text in which every character that LaTeX reads as a command is escaped. */
  static String latex(String text) {
    StringBuilder out = new StringBuilder();
    for (char c : text.toCharArray()) {
      switch (c) {
        case '\\' -> out.append("\\textbackslash{}");
        case '~' -> out.append("\\textasciitilde{}");
        case '^' -> out.append("\\textasciicircum{}");
        case '<' -> out.append("\\textless{}");
        case '>' -> out.append("\\textgreater{}");
        case '|' -> out.append("\\textbar{}");
        // after a line end a bracket would begin an option
        case '[' -> out.append("{[}");
        case '\n', '\r' -> out.append(' ');
        case '–' -> out.append("--");
        case '&', '%', '$', '#', '_', '{', '}' -> out.append('\\').append(c);
        default -> out.append(Printable.of(String.valueOf(c)).replace("\\", "\\textbackslash{}"));
      }
    }
    return out.toString();
  }

  private static String csv(Report report, EqualLossTables equal) {
    List<Outcome> outcomes = report.analysis().outcomes();
    List<String> axes = List.copyOf(report.axes().keySet());
    List<String> head = new ArrayList<>(List.of("cell", "recipe", "seed"));
    head.addAll(axes);
    outcomes.forEach(o -> head.add(o.name()));
    head.addAll(List.of("learned", "retained", "passes"));
    head.addAll(equal.columns());
    StringBuilder out = new StringBuilder(Csv.line(head));
    for (Observation c : report.cells()) {
      List<String> row = new ArrayList<>(List.of(c.cell(), c.recipe(), "" + c.seed()));
      axes.forEach(a -> row.add(c.levels().getOrDefault(a, "")));
      outcomes.forEach(o -> row.add(Csv.digits(c.outcome(o.name()))));
      row.add(Csv.digits(c.tradeOff().learned()));
      row.add(Csv.digits(c.tradeOff().retained()));
      row.add(Csv.digits(c.tradeOff().passes()));
      row.addAll(equal.values(c));
      out.append(Csv.line(row));
    }
    return out.toString();
  }
}

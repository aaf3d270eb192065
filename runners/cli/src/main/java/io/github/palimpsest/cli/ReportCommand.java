package io.github.palimpsest.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.cli.option.AnalysisOptions;
import io.github.palimpsest.cli.option.Ranged;
import io.github.palimpsest.cli.option.ReportFormat;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.report.HtmlReport;
import io.github.palimpsest.report.PaperTables;
import io.github.palimpsest.results.archive.ResultArchive;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.text.ChangedItems;
import io.github.palimpsest.results.text.LostAndGainedText;
import io.github.palimpsest.results.text.Printable;
import io.github.palimpsest.results.text.ReportText;
import io.github.palimpsest.results.text.Results;
import io.github.palimpsest.storage.NewFile;
import io.github.palimpsest.storage.OutputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code report}: the results of an output folder, as tables or as one HTML file. */
@Command(
    name = "report",
    description = "Prints the results in an output folder, or writes them as one HTML file.",
    mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "DIR",
      description = "the output folder of a run, or an archive of it (see export)")
  Path folder = Path.of("");

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "write to a new file, whose ending (html, md, csv, tex, json or txt) selects the format;"
              + " an existing file is refused")
  @Nullable Path out;

  @Option(
      names = "--format",
      paramLabel = "F",
      description = "${COMPLETION-CANDIDATES}; default: by the file's ending, else text")
  @Nullable ReportFormat format;

  /** The tables that CSV can hold. */
  enum CsvTable {
    CELLS,
    EFFECTS,
    ITEMS;

    /** The word on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--table",
      paramLabel = "T",
      description =
          "the table that CSV holds: cells, effects with their verdicts and caveats, or items"
              + " lost and gained; default: cells")
  @Nullable CsvTable table;

  @Option(names = "--json", description = "one object")
  boolean json;

  @Option(
      names = "--difference",
      converter = Ranged.AboveZero.class,
      paramLabel = "D",
      description = "in text and JSON: the number of seeds that detect a difference of this size")
  @Nullable Double difference;

  @Mixin AnalysisOptions analysis = new AnalysisOptions();

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    // in files too: names come from outside
    ReportFormat wanted = wanted();
    if (table != null && wanted != ReportFormat.CSV) {
      throw new PalimpsestException(
          "--table selects the table of CSV, and the format is "
              + wanted
              + ": add --format csv, or leave out --table");
    }
    if (difference != null && wanted != ReportFormat.TEXT && wanted != ReportFormat.JSON) {
      throw new PalimpsestException(
          "--difference is for text and JSON, and the format is " + wanted);
    }
    if (wanted == ReportFormat.CSV && table != CsvTable.EFFECTS) {
      refuseAnalysis(table == null ? CsvTable.CELLS : table);
    }
    if (out != null && Files.exists(out, LinkOption.NOFOLLOW_LINKS)) {
      throw exists(out);
    }
    String text;
    try (ResultArchive results = ResultArchive.open(folder)) {
      text = Printable.of(text(results.folder(), wanted));
    }
    if (out == null) {
      spec.commandLine().getOut().println(text);
      return ExitCode.OK;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (!NewFile.write(out, bytes, false, NewFile.Otherwise.CREATE)) {
      throw exists(out); // since this report was begun
    }
    spec.commandLine().getErr().println("results in " + out);
    return ExitCode.OK;
  }

  /** These tables are the cells' own results, which no analysis changes. */
  private void refuseAnalysis(CsvTable wanted) {
    for (String option : AnalysisOptions.NAMES) {
      if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new PalimpsestException(
            option
                + " has no effect on the table of "
                + wanted
                + ": it is for --table effects and for the other formats");
      }
    }
  }

  private static OutputException exists(Path file) {
    return new OutputException("'" + file + "' already exists: choose another file");
  }

  private ReportFormat wanted() {
    if (json && format != null && format != ReportFormat.JSON) {
      throw new PalimpsestException("either --json or --format " + format + ", not both");
    }
    if (json) {
      return ReportFormat.JSON;
    }
    if (format != null) {
      return format;
    }
    return out == null ? ReportFormat.TEXT : ReportFormat.of(out);
  }

  private OptionalDouble sought() {
    return difference == null ? OptionalDouble.empty() : OptionalDouble.of(difference);
  }

  private String text(Path opened, ReportFormat wanted) {
    Results results = Results.of(opened);
    results = results.with(analysis.over(results.settings()));
    return switch (wanted) {
      case TEXT ->
          ReportText.of(results, sought()) + LostAndGainedText.of(ChangedItems.of(opened, results));
      case JSON -> {
        ObjectNode all = results.json(sought());
        ChangedItems.of(opened, results).put(all);
        yield Json.text(all);
      }
      case HTML -> HtmlReport.of(opened, results);
      case MARKDOWN -> PaperTables.of(opened, results, PaperTables.Format.MARKDOWN);
      case CSV -> PaperTables.of(opened, results, csv());
      case LATEX -> PaperTables.of(opened, results, PaperTables.Format.LATEX);
    };
  }

  private PaperTables.Format csv() {
    if (table == null) {
      return PaperTables.Format.CSV;
    }
    return switch (table) {
      case CELLS -> PaperTables.Format.CSV;
      case EFFECTS -> PaperTables.Format.EFFECTS_CSV;
      case ITEMS -> PaperTables.Format.ITEMS_CSV;
    };
  }
}

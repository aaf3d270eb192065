package io.github.palimpsest.results.folder;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.results.analysis.AnalysisSettings;
import io.github.palimpsest.results.folder.CellHistory.Planned;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The content of {@code plan.json}: the cells of the latest run, and the combinations that were
 * left out.
 *
 * @param experiment the experiment's name
 * @param design the choice of the design among all combinations; null if it chose all
 * @param cells the cells in order
 * @param measures the scales of the measures of the tasks and evaluation sets, that of the first
 *     task first; empty in folders of earlier versions
 * @param metrics the metrics that summarise the score matrices
 * @param excluded the combinations that a rule excludes
 * @param analysis the experiment's declarations for its analysis; null for the defaults
 * @param untilPrecise the rule that adds seeds; null if their number is fixed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GridPlan(
    String experiment,
    @Nullable Design design,
    List<Planned> cells,
    List<ScoreScale> measures,
    List<Metric> metrics,
    List<Excluded> excluded,
    @Nullable Declared analysis,
    @Nullable Precision untilPrecise) {
  /** Copies the lists, and replaces missing ones with empty ones. */
  public GridPlan {
    experiment = experiment == null ? "" : experiment;
    cells = JsonFile.list(cells);
    measures = JsonFile.list(measures);
    metrics = JsonFile.list(metrics);
    excluded = JsonFile.list(excluded);
  }

  /**
   * The choice of a design among all combinations.
   *
   * @param text the design in words
   * @param leftOut the number of combinations that it left out
   * @param resolution the resolution of a fractional design; null for another design
   * @param aliases the effects that a fractional design cannot distinguish; null for another design
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Design(
      String text, int leftOut, @Nullable Integer resolution, @Nullable List<String> aliases) {
    /** The effects that the design cannot distinguish; empty if there are none. */
    public List<String> confounded() {
      return aliases == null ? List.of() : aliases;
    }
  }

  /**
   * The declarations of an experiment for its analysis, made before it runs.
   *
   * @param primary the outcomes whose main effects are claimed; null or empty for the default one
   * @param margin the largest difference that does not matter; null if none was declared
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Declared(@Nullable List<String> primary, @Nullable Double margin) {
    /** The primary outcomes; empty for the default one. */
    public List<String> outcomes() {
      return JsonFile.list(primary);
    }
  }

  /** The settings of the analysis unless the reader chooses others. */
  public AnalysisSettings analysisSettings() {
    AnalysisSettings settings = AnalysisSettings.DEFAULT;
    if (analysis != null) {
      Double margin = analysis.margin();
      settings =
          new AnalysisSettings(
              AnalysisSettings.Model.BY_SEED,
              AnalysisSettings.Contrasts.CONTROL,
              analysis.outcomes(),
              margin == null ? OptionalDouble.empty() : OptionalDouble.of(margin));
    }
    return untilPrecise == null ? settings : settings.by(untilPrecise.rule());
  }

  /**
   * A metric.
   *
   * @param name the metric without its defaults
   * @param higherIsBetter whether a higher value is better
   */
  public record Metric(String name, boolean higherIsBetter) {}

  /**
   * A combination of levels that is not run.
   *
   * @param levels the combination as recipe text
   * @param rule the short name of the rule that it breaks, or {@code exclude} for the file's own
   * @param reason the rule in words
   */
  public record Excluded(String levels, String rule, String reason) {}

  /**
   * Reads the plan of an output folder.
   *
   * @throws Missing if it is not an output folder
   */
  public static GridPlan of(FolderLayout folder) {
    return find(folder)
        .orElseThrow(
            () ->
                new Missing(
                    "'"
                        + folder.root()
                        + "' is not an output folder: it has no "
                        + folder.plan().getFileName()));
  }

  /** A folder is no output folder, or not yet. */
  public static final class Missing extends PalimpsestException {
    private static final long serialVersionUID = 1L;

    Missing(String message) {
      super(message);
    }
  }

  /**
   * Reads the plan of an output folder; empty if there is none yet.
   *
   * @throws PalimpsestException if it cannot be known whether there is one
   */
  public static Optional<GridPlan> find(FolderLayout folder) {
    return isThere(folder)
        ? Optional.of(JsonFile.read(folder.plan(), GridPlan.class))
        : Optional.empty();
  }

  private static boolean isThere(FolderLayout folder) {
    try {
      return Files.readAttributes(folder.plan(), BasicFileAttributes.class).isRegularFile();
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      if (Files.isRegularFile(folder.root())) {
        return false;
      }
      throw new PalimpsestException("'" + folder.root() + "' cannot be read: " + IoReason.of(e), e);
    }
  }

  /** The cells by id, in order. */
  public Map<String, Planned> byId() {
    Map<String, Planned> byId = new LinkedHashMap<>();
    cells.forEach(c -> byId.put(c.id(), c));
    return byId;
  }

  /** The number of cells with a result in a folder that this plan does not name. */
  public int strangers(FolderLayout folder) {
    Set<String> own = byId().keySet();
    return (int)
        Folders.contentIfThere(folder.cells()).stream()
            .map(cell -> cell.getFileName().toString())
            .filter(id -> !own.contains(id) && JsonFile.isThere(folder.result(id)))
            .count();
  }

  /**
   * What is said of the results in a folder that its plan does not name; empty if there is none.
   */
  public static Optional<String> ofEarlierPlans(int strangers) {
    return strangers == 0
        ? Optional.empty()
        : Optional.of(
            strangers
                + (strangers == 1 ? " result" : " results")
                + " of earlier plans in this folder "
                + (strangers == 1 ? "is" : "are")
                + " not shown");
  }

  /** The scale of a measure's scores. */
  public ScoreScale scale(String measure) {
    return ScoreScale.find(measures, measure);
  }

  /** For each metric, whether a higher value is better. */
  public Map<String, Boolean> higherMetrics() {
    Map<String, Boolean> higher = new LinkedHashMap<>();
    metrics.forEach(m -> higher.put(m.name(), m.higherIsBetter()));
    return higher;
  }
}

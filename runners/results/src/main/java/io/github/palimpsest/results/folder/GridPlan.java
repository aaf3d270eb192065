package io.github.palimpsest.results.folder;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.results.analysis.AnalysisSettings;
import io.github.palimpsest.results.folder.CellHistory.Planned;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The content of {@code plan.json}: the cells of the latest run, and what was left out.
 *
 * @param experiment the experiment's name
 * @param design what the design took of all combinations; null where it took all
 * @param cells the cells in order
 * @param metrics how the score matrices are condensed
 * @param excluded the combinations that a rule excludes
 * @param analysis what the experiment declares of its analysis; null for what is usual
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GridPlan(
    String experiment,
    @Nullable Design design,
    List<Planned> cells,
    List<Metric> metrics,
    List<Excluded> excluded,
    @Nullable Declared analysis) {
  /** Copies the lists, and puts empty ones where the file has none. */
  public GridPlan {
    experiment = experiment == null ? "" : experiment;
    cells = JsonFile.list(cells);
    metrics = JsonFile.list(metrics);
    excluded = JsonFile.list(excluded);
  }

  /**
   * What a design took of all combinations.
   *
   * @param text the design in words
   * @param leftOut how many combinations it did not take
   * @param resolution of a fraction; null for another design
   * @param aliases of a fraction, the effects that cannot be told apart; null for another design
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Design(
      String text, int leftOut, @Nullable Integer resolution, @Nullable List<String> aliases) {
    /** The effects that cannot be told apart; empty where all can. */
    public List<String> confounded() {
      return aliases == null ? List.of() : aliases;
    }
  }

  /**
   * What an experiment declares of its analysis before it runs.
   *
   * @param primary the outcomes whose main effects are claimed; null or empty for the chief one
   * @param margin the largest difference that does not matter; null if none was declared
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Declared(@Nullable List<String> primary, @Nullable Double margin) {
    /** The primary outcomes; empty for the chief one. */
    public List<String> outcomes() {
      return JsonFile.list(primary);
    }
  }

  /** How the cells are analysed unless the reader wants it otherwise. */
  public AnalysisSettings analysisSettings() {
    if (analysis == null) {
      return AnalysisSettings.DEFAULT;
    }
    Double margin = analysis.margin();
    return new AnalysisSettings(
        AnalysisSettings.Model.BY_SEED,
        AnalysisSettings.Contrasts.CONTROL,
        analysis.outcomes(),
        margin == null ? OptionalDouble.empty() : OptionalDouble.of(margin));
  }

  /**
   * A metric.
   *
   * @param name the metric without its defaults
   * @param higherIsBetter whether a higher value is the better one
   */
  public record Metric(String name, boolean higherIsBetter) {}

  /**
   * A combination of levels that is not run.
   *
   * @param levels the combination as recipe text
   * @param rule the short name of the rule that it breaks, or {@code exclude} for one of the file
   * @param reason the rule in words
   */
  public record Excluded(String levels, String rule, String reason) {}

  /**
   * Reads the plan of an output folder.
   *
   * @throws PalimpsestException if it is no output folder
   */
  public static GridPlan of(FolderLayout folder) {
    return find(folder)
        .orElseThrow(
            () ->
                new PalimpsestException(
                    "'"
                        + folder.root()
                        + "' is not an output folder: it has no "
                        + folder.plan().getFileName()));
  }

  /** Reads the plan of an output folder; empty if there is none yet. */
  public static Optional<GridPlan> find(FolderLayout folder) {
    return Files.isRegularFile(folder.plan())
        ? Optional.of(JsonFile.read(folder.plan(), GridPlan.class))
        : Optional.empty();
  }

  /** The cells by id, in order. */
  public Map<String, Planned> byId() {
    Map<String, Planned> byId = new LinkedHashMap<>();
    cells.forEach(c -> byId.put(c.id(), c));
    return byId;
  }

  /** For each metric, whether a higher value is the better one. */
  public Map<String, Boolean> higherMetrics() {
    Map<String, Boolean> higher = new LinkedHashMap<>();
    metrics.forEach(m -> higher.put(m.name(), m.higherIsBetter()));
    return higher;
  }
}

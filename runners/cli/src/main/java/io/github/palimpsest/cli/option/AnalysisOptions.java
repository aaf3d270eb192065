package io.github.palimpsest.cli.option;

import io.github.palimpsest.results.analysis.AnalysisSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How finished cells are analysed, where the reader wants it otherwise than usual. */
public final class AnalysisOptions {
  /** The names of these options. */
  public static final List<String> NAMES = List.of("--model", "--contrasts");

  @Option(
      names = "--model",
      paramLabel = "M",
      description =
          "by-seed: the error of an effect is its spread over seeds; pooled: the residual of the"
              + " whole factorial, which assumes independent cells; default: by-seed")
  AnalysisSettings.@Nullable Model model;

  @Option(
      names = "--contrasts",
      paramLabel = "C",
      description = "control: each level against the first; all-pairs; default: control")
  AnalysisSettings.@Nullable Contrasts contrasts;

  /** The settings of an experiment, with what was asked for in their place. */
  public AnalysisSettings over(AnalysisSettings declared) {
    AnalysisSettings settings = declared;
    if (model != null) {
      settings = settings.with(model);
    }
    return contrasts == null ? settings : settings.with(contrasts);
  }
}

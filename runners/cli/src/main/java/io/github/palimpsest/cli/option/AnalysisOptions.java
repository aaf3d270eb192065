package io.github.palimpsest.cli.option;

import io.github.palimpsest.results.analysis.AnalysisSettings;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How finished cells are analysed, where the reader wants it otherwise than usual. */
public final class AnalysisOptions {
  @Option(
      names = "--model",
      converter = ModelWord.class,
      paramLabel = "M",
      description =
          "by-seed: the error of an effect is its spread over seeds; pooled: the residual of the"
              + " whole factorial, which assumes independent cells; default: by-seed")
  AnalysisSettings.@Nullable Model model;

  @Option(
      names = "--contrasts",
      converter = ContrastsWord.class,
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

  /** Reads the word of a model. */
  static final class ModelWord implements ITypeConverter<AnalysisSettings.Model> {
    @Override
    public AnalysisSettings.Model convert(String text) {
      return constant(AnalysisSettings.Model.values(), text);
    }
  }

  /** Reads the word of contrasts. */
  static final class ContrastsWord implements ITypeConverter<AnalysisSettings.Contrasts> {
    @Override
    public AnalysisSettings.Contrasts convert(String text) {
      return constant(AnalysisSettings.Contrasts.values(), text);
    }
  }

  /** The constant of a word. */
  static <E extends Enum<E>> E constant(E[] all, String text) {
    return Arrays.stream(all)
        .filter(e -> word(e).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'"
                        + text
                        + "' must be one of "
                        + Arrays.stream(all)
                            .map(AnalysisOptions::word)
                            .collect(Collectors.joining(", "))));
  }

  private static String word(Enum<?> e) {
    return e.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

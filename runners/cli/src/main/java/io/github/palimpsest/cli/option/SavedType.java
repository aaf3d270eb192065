package io.github.palimpsest.cli.option;

import io.github.palimpsest.llm.safetensors.Dtype;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The element type of weights that a command saves. */
public final class SavedType {
  @Option(
      names = "--save-dtype",
      converter = DtypeName.class,
      completionCandidates = DtypeName.Words.class,
      paramLabel = "TYPE",
      description =
          "element type of the saved weights: f32, bf16 or f16; default: as in the files of the model,"
              + " f32 for GGUF")
  @Nullable Dtype saveDtype;

  /** The type that is asked for; empty for the default. */
  public Optional<Dtype> dtype() {
    return Optional.ofNullable(saveDtype);
  }
}

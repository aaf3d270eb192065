package io.github.palimpsest.cli.option;

import io.github.palimpsest.llm.safetensors.Dtype;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The element type of weights that a command saves. */
public final class SavedType {
  @Option(
      names = "--save-dtype",
      converter = Named.class,
      paramLabel = "TYPE",
      description = "element type of the saved weights: f32, bf16 or f16; default: as in --base")
  @Nullable Dtype saveDtype;

  /** The type that is asked for; empty for that of each tensor of the base. */
  public Optional<Dtype> dtype() {
    return Optional.ofNullable(saveDtype);
  }

  /** A type by its name in any case. */
  static final class Named implements ITypeConverter<Dtype> {
    @Override
    public Dtype convert(String value) {
      for (Dtype type : Dtype.values()) {
        if (type.name().toLowerCase(Locale.ROOT).equals(value.toLowerCase(Locale.ROOT))) {
          return type;
        }
      }
      throw new TypeConversionException("'" + value + "' is not f32, bf16 or f16");
    }
  }
}

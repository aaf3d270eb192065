package io.github.palimpsest.cli.option;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.llm.safetensors.Dtype;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The name of an element type on the command line, as {@link Dtype#parse} reads it. */
final class DtypeName implements ITypeConverter<Dtype> {
  @Override
  public Dtype convert(String name) {
    try {
      return Dtype.parse(name);
    } catch (PalimpsestException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}

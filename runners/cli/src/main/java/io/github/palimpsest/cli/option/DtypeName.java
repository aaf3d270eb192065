package io.github.palimpsest.cli.option;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.llm.safetensors.Dtype;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The name of an element type on the command line, as {@link Dtype#parse} reads it. */
final class DtypeName implements ITypeConverter<Dtype> {
  /** The words, for completion in a shell. */
  static final class Words implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(Dtype.values()).map(d -> d.name().toLowerCase(Locale.ROOT)).iterator();
    }
  }

  @Override
  public Dtype convert(String name) {
    try {
      return Dtype.parse(name);
    } catch (PalimpsestException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}

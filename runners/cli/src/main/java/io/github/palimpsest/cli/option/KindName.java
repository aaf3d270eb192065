package io.github.palimpsest.cli.option;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.component.Kind;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The word for a kind of component on the command line, as listings show it. */
public final class KindName implements ITypeConverter<Kind> {
  private static List<String> all() {
    return Arrays.stream(Kind.values()).map(Kind::label).toList();
  }

  @Override
  public Kind convert(String word) {
    return Arrays.stream(Kind.values())
        .filter(k -> k.label().equalsIgnoreCase(word))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'" + word + "' is no kind of component" + NearestName.hint(word, all())));
  }

  /** The words, for help and for completion in a shell. */
  public static final class Words implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return all().iterator();
    }
  }
}

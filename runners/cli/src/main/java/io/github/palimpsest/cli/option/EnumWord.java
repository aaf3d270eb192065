package io.github.palimpsest.cli.option;

import io.github.palimpsest.api.NearestName;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads a constant by the word that its {@code toString} gives, in capital letters or small ones.
 * The words are those of the help and of the completion in a shell.
 *
 * @param type the constants
 * @param <E> their type
 */
public record EnumWord<E extends Enum<E>>(Class<E> type) implements ITypeConverter<E> {
  @Override
  public E convert(String text) {
    List<String> words = Arrays.stream(type.getEnumConstants()).map(Enum::toString).toList();
    return Arrays.stream(type.getEnumConstants())
        .filter(e -> e.toString().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'"
                        + text
                        + "' must be one of "
                        + String.join(", ", words)
                        + NearestName.meant(text, words)));
  }

  /** Lets a command and its subcommands read all their constants so, unless an option says how. */
  public static void register(CommandLine root) {
    types(root).forEach(type -> register(root, type));
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // only types of constants are registered
  private static void register(CommandLine root, Class<?> type) {
    root.registerConverter((Class) type, new EnumWord(type));
  }

  private static Set<Class<?>> types(CommandLine command) {
    Set<Class<?>> all = new HashSet<>();
    command
        .getCommandSpec()
        .args()
        .forEach(
            arg ->
                Stream.concat(Stream.of(arg.type()), Stream.of(arg.auxiliaryTypes()))
                    .filter(Class::isEnum)
                    .forEach(all::add));
    command.getSubcommands().values().forEach(sub -> all.addAll(types(sub)));
    return all;
  }
}

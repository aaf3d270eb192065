package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.cli.option.Ranged;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Every number of every command, as the command line knows its options. */
class NumericOptionsTest {
  private static final Set<Class<?>> NUMBERS =
      Set.of(
          int.class,
          Integer.class,
          long.class,
          Long.class,
          double.class,
          Double.class,
          float.class,
          Float.class,
          short.class,
          Short.class,
          BigDecimal.class,
          Duration.class);

  private static final List<String> VALUES =
      List.of(
          "-9223372036854775809",
          "-1",
          "-1e-9",
          "0",
          "1",
          "0.5",
          "1.5",
          "99999999999",
          "9223372036854775808",
          "1e400",
          "1" + "0".repeat(5000),
          "NaN",
          "-Infinity",
          "0x10",
          "many",
          "");

  private static final CommandLine ROOT = Main.commandLine();

  /** All commands by how they are called. */
  static Map<String, CommandLine> commands(CommandLine command) {
    Map<String, CommandLine> all = new LinkedHashMap<>();
    all.put(command.getCommandSpec().qualifiedName(), command);
    command.getSubcommands().values().forEach(sub -> all.putAll(commands(sub)));
    return all;
  }

  private static boolean isNumber(ArgSpec argument) {
    return NUMBERS.contains(argument.type())
        || Stream.of(argument.auxiliaryTypes()).anyMatch(NUMBERS::contains);
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }

  @Test
  void every_number_has_a_range() {
    List<String> without = new ArrayList<>();
    int[] found = {0};
    commands(ROOT)
        .forEach(
            (call, command) ->
                command.getCommandSpec().args().stream()
                    .filter(NumericOptionsTest::isNumber)
                    .forEach(
                        argument -> {
                          found[0]++;
                          if (argument.converters().length == 0) {
                            without.add(call + " " + name(argument));
                          }
                        }));
    assertThat(without).as("numbers that any value is accepted for").isEmpty();
    assertThat(found[0]).as("numbers").isGreaterThan(25);
  }

  @TestFactory
  Stream<DynamicTest> a_number_out_of_its_range_is_refused_with_option_value_and_range() {
    return commands(ROOT).entrySet().stream()
        .flatMap(
            e ->
                e.getValue().getCommandSpec().options().stream()
                    .filter(NumericOptionsTest::isNumber)
                    .map(
                        option ->
                            DynamicTest.dynamicTest(
                                e.getKey() + " " + option.longestName(),
                                () -> VALUES.forEach(v -> holds(e.getKey(), option, v)))));
  }

  private static void holds(String call, OptionSpec option, String value) {
    String name = option.longestName();
    String[] words = (call + " " + name + "=" + value).split(" ", -1);
    ITypeConverter<?> converter = option.converters()[0];
    try {
      ROOT.parseArgs(Arrays.copyOfRange(words, 1, words.length)); // the first is the program
    } catch (MissingParameterException other) {
      assertThat(other).hasMessageNotContaining("'" + value + "'"); // this one was accepted
    } catch (ParameterException refused) {
      assertThat(refused)
          .as("%s %s=%s", call, name, value)
          .hasMessageContaining(name)
          .hasMessageContaining("'" + value + "'");
      if (converter instanceof Ranged<?> ranged) {
        assertThat(refused).hasMessageContaining("must be " + ranged.range());
        assertThat(inside(ranged, value)).as("%s is in the range of %s", value, name).isFalse();
      } else {
        assertThat(refused)
            .as("a size or a time is shown by example")
            .hasMessageContaining("such as");
      }
      return;
    }
    assertThat(converter instanceof Ranged<?> ranged && inside(ranged, value))
        .as("%s %s=%s is accepted", call, name, value)
        .isTrue();
  }

  private static boolean inside(Ranged<?> range, String value) {
    try {
      BigDecimal number = new BigDecimal(value);
      return (range instanceof Ranged.Real || number.scale() == 0)
          && Double.isFinite(number.doubleValue())
          && number.compareTo(range.least()) >= (range.closed() ? 0 : 1)
          && number.compareTo(range.most()) <= 0;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}

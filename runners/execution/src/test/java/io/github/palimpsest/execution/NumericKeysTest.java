package io.github.palimpsest.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.file.ExperimentKeys;
import io.github.palimpsest.experiment.file.Form;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every number that an experiment file may hold, as its keys declare it. */
class NumericKeysTest {
  private static final List<String> NUMBERS =
      List.of(
          "-9223372036854775809",
          "-1",
          "0",
          "1",
          "99999999999",
          "9223372036854775808",
          "1e400",
          "-1e-9",
          "0.5",
          "NaN",
          "Infinity",
          "many");

  /** The numbers below a mapping, by their path: {@code training.batch}. */
  private static Map<String, Form> numbers(String at, Form.Section section) {
    Map<String, Form> all = new LinkedHashMap<>();
    for (Form.Key key : section.keys()) {
      String path = at + key.name();
      Form form = key.form() instanceof Form.Some some ? some.item() : key.form();
      if (form instanceof Form.Section inner) {
        all.putAll(numbers(path + ".", inner));
      } else if (form instanceof Form.Entries entries) {
        all.putAll(numbers(path + "[0].", entries.entry()));
      } else if (form instanceof Form.Whole || form instanceof Form.Real) {
        all.put(path, form);
      }
    }
    return all;
  }

  /** A file in which one number stands. */
  private static String file(String path, String value) {
    String key = path.substring(path.lastIndexOf('.') + 1);
    String number = key + ": \"" + value + "\"";
    String in = path.contains(".") ? path.substring(0, path.indexOf('.')) : "";
    return """
        model: quickstart
        tasks: [{name: a, data: a.json%s}]
        axes: {optimizer: [adamw, sam], adapter: [none, lora]}
        """
            .formatted(
                in.equals("tasks[0]")
                    ? ", " + number + (key.equals("held-out") ? "" : ", test: t.json")
                    : ", held-out: 1")
        + (path.equals("seeds") ? "" : "seeds: [1]\n")
        + switch (in) {
          case "" -> number + "\n";
          case "tasks[0]" -> "";
          case "evaluation[0]" -> "evaluation: [{name: k, data: k.json, " + number + "}]\n";
          case "corpus" -> "corpus: {name: c, data: c.json, " + number + "}\n";
          case "design" ->
              "design: {"
                  + (key.equals("random")
                      ? ""
                      : key.equals("seed") ? "random: 1, " : "fraction: 1/2, ")
                  + number
                  + "}\n";
          default -> in + ": {" + number + "}\n";
        };
  }

  private static void read(String path, String value) {
    ExperimentFile.parse("n.yaml", file(path, value), Path.of(""), Map.of());
  }

  private static boolean allowed(Form form, String value) {
    try {
      if (form instanceof Form.Whole whole) {
        long number = Long.parseLong(value);
        return number >= whole.min() && number <= whole.max();
      }
      double number = Double.parseDouble(value);
      return Double.isFinite(number) && number >= ((Form.Real) form).min();
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static void holds(String path, Form form, String value) {
    if (allowed(form, value)) {
      read(path, value);
      return;
    }
    String range =
        form instanceof Form.Whole whole
            ? "from " + whole.min() + " to " + whole.max()
            : "a number of at least 0";
    assertThatThrownBy(() -> read(path, value))
        .as("%s: %s", path, value)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("n.yaml:")
        .hasMessageContaining("'" + value + "'")
        .hasMessageContaining(path.substring(path.lastIndexOf('.') + 1))
        .hasMessageContaining(range);
  }

  @TestFactory
  Stream<DynamicTest> a_number_out_of_its_range_is_refused_with_key_value_and_range() {
    return numbers("", ExperimentKeys.FILE).entrySet().stream()
        .map(
            e ->
                DynamicTest.dynamicTest(
                    e.getKey(),
                    () -> NUMBERS.forEach(value -> holds(e.getKey(), e.getValue(), value))));
  }

  @Test
  void all_numbers_are_looked_at() {
    assertThat(numbers("", ExperimentKeys.FILE))
        .containsKeys(
            "seeds", "tasks[0].limit", "training.steps", "training.clip-norm", "design.seed")
        .hasSizeGreaterThan(20);
  }
}

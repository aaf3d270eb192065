package io.github.palimpsest.tck;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.discovery.Registered;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.tck.checks.Checks;
import io.github.palimpsest.tck.rule.Rule;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Judges one component in this process and prints each verdict as soon as it is reached, so that
 * the output of a process that dies shows the rule on trial. {@link Certification} starts it.
 *
 * <p>Arguments: the component, as in a recipe; {@code -}, a folder of plugin JARs, or one JAR; the
 * ids of rules to leave out, present or earlier ones. Lines of the output, fields separated by
 * tabs: {@code begin RULE}; {@code verdict RULE OUTCOME EXPLAINED TEXT}; {@code end}. In texts,
 * backslash, tab and line feed are written {@code \\}, {@code \t} and {@code \n}.
 */
public final class KitMain {
  private KitMain() {}

  /** Judges and prints. */
  public static void main(String[] arguments) {
    PrintStream verdicts = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err); // output of a component is not a verdict
    PluginRegistry registry = registry(arguments[1]);
    Value.Call written = Certification.written(arguments[0]);
    Registered found = registry.find(written.name());
    List<Rule> leftOut =
        List.of(arguments).subList(2, arguments.length).stream().map(KitMain::rule).toList();
    Subject<?> subject =
        new Subject<>(
            found.unguarded(),
            written.arguments(),
            ClassPath.components(registry),
            found.origin(),
            1);
    try (Checks checks = Checks.of(subject)) {
      for (Check c : checks.all()) {
        if (!leftOut.contains(c.rule())) {
          verdicts.println("begin\t" + c.rule().id());
          verdicts.println(line(c.run(subject)));
        }
      }
    }
    verdicts.println("end");
    System.exit(0); // a thread that a component started must not keep this process
  }

  private static Rule rule(String id) {
    return Rule.named(id)
        .orElseThrow(() -> new PalimpsestException("there is no rule '" + id + "'"));
  }

  static PluginRegistry registry(String where) {
    if (where.equals("-")) {
      return Plugins.onClassPath();
    }
    Path path = Path.of(where);
    return where.endsWith(".jar") ? Plugins.withJar(path) : Plugins.withFolder(path);
  }

  private static String line(Verdict v) {
    String text = v.text().replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n");
    return String.join(
        "\t", "verdict", v.rule().id(), v.outcome().name(), "" + v.explained(), text);
  }
}

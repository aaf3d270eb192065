package io.github.palimpsest.tck;

import io.github.palimpsest.api.discovery.PluginException;
import io.github.palimpsest.tck.rule.Rule;
import io.github.palimpsest.tck.rule.SpiRule;
import java.nio.file.Path;

/** The rule that a JAR breaks if it cannot be loaded. */
final class Loading {
  private Loading() {}

  static Verdict refused(Path jar, PluginException e) {
    String message = String.valueOf(e.getMessage());
    Rule rule = SpiRule.SPI_01;
    if (message.contains("declares setting")) {
      rule = SpiRule.SPI_04;
    } else if (message.contains("brings its own")) {
      rule = SpiRule.SPI_10;
    } else if (message.contains("works with API") || message.contains("Palimpsest-Api")) {
      rule = SpiRule.SPI_06;
    } else if (message.contains("vendor prefix")
        || message.contains("component id")
        || message.contains("two plugins")
        || message.contains("twice")) {
      rule = SpiRule.SPI_02;
    }
    return Verdict.broken(
        rule, jar.toString(), new Finding(jar.toString(), "a JAR that loads", message));
  }
}

package io.github.palimpsest.api.discovery;

import io.github.palimpsest.api.Plugin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a plugin class, its service file and its answers are refused for. */
class PluginRefusalTest extends PluginFolderFixture {
  @Test
  void aJarWithoutAServiceFileIsRefused() {
    PluginJar.withMetric("com.acme", "acme.drop").without(PluginJar.SERVICE).write(jar("acme.jar"));

    assertRefused()
        .hasMessageContaining("acme.jar' has no META-INF/services/" + Plugin.class.getName());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing here\n", "\n\n"})
  void aServiceFileThatNamesNothingIsRefused(String text) {
    PluginJar.withMetric("com.acme", "acme.drop")
        .text(PluginJar.SERVICE, text)
        .write(jar("acme.jar"));

    assertRefused().hasMessageContaining("acme.jar' names no class");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "com.acme.Missing; Provider com.acme.Missing not found",
        "com.acme.MetricProvider; com.acme.MetricProvider not a subtype",
        "not a class; Illegal configuration-file syntax",
      })
  void aServiceFileThatNamesTheWrongThingIsRefused(String line, String reason) {
    PluginJar.withMetric("com.acme", "acme.drop")
        .text(PluginJar.SERVICE, line)
        .write(jar("acme.jar"));

    assertRefused().hasMessageContaining("acme.jar").hasMessageContaining(reason);
  }

  @Test
  void aPluginThatThrowsInItsConstructorIsRefusedWithItsReason() {
    new PluginJar()
        .plugin(
            "com.acme.AcmePlugin",
            "public AcmePlugin() { throw new IllegalStateException(\"no licence\"); }")
        .write(jar("acme.jar"));

    assertRefused().hasMessageContaining("acme.jar").hasMessageContaining("no licence");
  }

  @Test
  void aPluginThatThrowsWhileItIsInitialisedIsRefusedWithItsReason() {
    new PluginJar()
        .plugin("com.acme.AcmePlugin", "static final int X = Integer.parseInt(\"many\");")
        .write(jar("acme.jar"));

    assertRefused().hasMessageContaining("acme.jar").hasMessageContaining("many");
  }

  @Test
  void aPluginThatThrowsWhileItIsAskedIsRefusedWithItsReason() {
    new PluginJar()
        .plugin(
            "com.acme.AcmePlugin",
            "@Override public List<OptimizerProvider> optimizers() {"
                + " throw new UnsupportedOperationException(\"later\"); }")
        .write(jar("acme.jar"));

    assertRefused().hasMessageContaining("acme.jar").hasMessageContaining("later");
  }

  @Test
  void aPluginThatAnswersNullIsRefused() {
    new PluginJar()
        .plugin(
            "com.acme.AcmePlugin",
            "@Override public List<OptimizerProvider> optimizers() { return null; }")
        .write(jar("acme.jar"));

    assertRefused().hasMessageContaining("acme.jar");
  }

  @Test
  void aPluginWithABadIdIsRefusedNamingTheJar() {
    PluginJar.withMetric("com.acme", "Acme_Drop").write(jar("acme.jar"));

    assertRefused().hasMessageContaining("acme.jar").hasMessageContaining("'Acme_Drop'");
  }

  @Test
  void aProviderThatDeniesItsKindIsRefused() {
    PluginJar jar = PluginJar.withMetric("com.acme", "acme.drop");
    jar.source(
        "com.acme.Liar",
        """
        package com.acme;
        import io.github.palimpsest.api.*;
        import io.github.palimpsest.api.adapter.*;
        import io.github.palimpsest.api.component.*;
        import io.github.palimpsest.api.data.*;
        import io.github.palimpsest.api.merger.*;
        import io.github.palimpsest.api.metric.*;
        import io.github.palimpsest.api.model.*;
        import io.github.palimpsest.api.optimizer.*;
        import io.github.palimpsest.api.parameter.*;
        import io.github.palimpsest.api.probe.*;
        import io.github.palimpsest.api.recipe.*;
        import io.github.palimpsest.api.regularizer.*;
        import io.github.palimpsest.api.rehearsal.*;
        import java.util.List;
        public final class Liar implements OptimizerProvider {
          public ComponentId id() { return new ComponentId("acme.liar"); }
          public Kind kind() { return Kind.MERGER; }
          public String summary() { return "a liar"; }
          public String equation() { return "0"; }
          public List<Setting<?>> settings() { return List.of(); }
          public Traits traits(Settings s) { return Traits.of(Onset.FIRST_TASK, Cost.NONE); }
          public Optimizer create(Settings s) { throw new IllegalStateException(); }
        }
        """);
    jar.plugin(
        "com.acme.AcmePlugin",
        "@Override public List<OptimizerProvider> optimizers() { return List.of(new Liar()); }");
    jar.write(jar("acme.jar"));

    assertRefused()
        .hasMessageContaining("offers 'acme.liar' as optimizer, and its provider says merger");
  }

  @Test
  void aSettingThatIsDeclaredTwiceIsRefusedWithTheJarAndTheClass() {
    PluginJar jar = new PluginJar();
    jar.source(
        "com.acme.Twice",
        """
        package com.acme;
        import io.github.palimpsest.api.component.*;
        import io.github.palimpsest.api.metric.*;
        import java.util.List;
        public final class Twice implements ForgettingMetricProvider {
          public ComponentId id() { return new ComponentId("acme.twice"); }
          public String summary() { return "a metric"; }
          public String equation() { return "0"; }
          public List<Setting<?>> settings() {
            Setting<?> loud = Setting.flag("loud", true, "a word");
            return List.of(loud, loud);
          }
          public Traits traits(Settings s) { return Traits.of(Onset.AFTER_TRAINING, Cost.NONE); }
          public ForgettingMetric create(Settings s) { throw new IllegalStateException(); }
        }
        """);
    jar.plugin(
        "com.acme.AcmePlugin",
        "@Override public List<ForgettingMetricProvider> metrics() {"
            + " return List.of(new Twice()); }");
    jar.write(jar("acme.jar"));

    assertRefused()
        .hasMessageContaining("acme.jar")
        .hasMessageContaining("declares setting 'loud' of 'acme.twice' twice, in com.acme.Twice");
  }

  @Test
  void anEmptyPluginIsRefused() {
    new PluginJar().plugin("com.acme.AcmePlugin", "").write(jar("acme.jar"));

    assertRefused().hasMessageContaining("acme.jar").hasMessageContaining("provides nothing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "[0.3,0.4); works with API [0.3,0.4), and this is API 0.2",
        "[0.1,0.2); works with API [0.1,0.2), and this is API 0.2",
        "(0.2,);    works with API (0.2,), and this is API 0.2",
        "0.1;       has a bad Palimpsest-Api: '0.1' is not a range such as [0.1,0.2)",
        "[a,b);     has a bad Palimpsest-Api: 'a' is not a version such as 0.1",
      })
  void aPluginOutsideItsApiRangeIsRefused(String range, String message) {
    PluginJar.withMetric("com.acme", "acme.drop")
        .attribute(ApiVersion.ATTRIBUTE, range)
        .write(jar("acme.jar"));

    assertRefused().hasMessageContaining("acme.jar").hasMessageContaining(message);
  }
}

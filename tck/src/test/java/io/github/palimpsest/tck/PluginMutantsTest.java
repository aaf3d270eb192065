package io.github.palimpsest.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.discovery.PluginOrigin;
import io.github.palimpsest.api.metric.ForgettingMetric;
import io.github.palimpsest.api.metric.ForgettingMetricProvider;
import io.github.palimpsest.api.metric.ScoreMatrix;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.tck.checks.Checks;
import io.github.palimpsest.tck.rule.SpiRule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.acme.AcmeBusyPlugin;
import org.acme.AcmeClock;
import org.acme.AcmeCounter;
import org.acme.AcmeNativePlugin;
import org.acme.AcmePlugin;
import org.acme.AcmeThread;
import org.acme.AcmeTwinPlugin;
import org.acme.AcmeUnmadePlugin;
import org.acme.AcmeZero;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Rules that hold for every component, whatever its kind. */
class PluginMutantsTest {
  private static final Setting<Boolean> FLAG = Setting.flag("loud", true, "a word");

  @TempDir Path folder;

  /** A metric that says something of itself, and is always 0. */
  private static class Metric implements ForgettingMetricProvider {
    @Override
    public ComponentId id() {
      return new ComponentId("acme.metric");
    }

    @Override
    public String summary() {
      return "a number";
    }

    @Override
    public String equation() {
      return "0";
    }

    @Override
    public List<Setting<?>> settings() {
      return List.of();
    }

    @Override
    public Traits traits(Settings settings) {
      return Traits.of(Onset.AFTER_TRAINING, Cost.NONE, "nowhere");
    }

    @Override
    public ForgettingMetric create(Settings settings) {
      return new Always(0);
    }
  }

  private record Always(double value) implements ForgettingMetric {
    @Override
    public boolean higherIsBetter() {
      return true;
    }

    @Override
    public OptionalDouble of(ScoreMatrix scores) {
      return OptionalDouble.of(value);
    }
  }

  private static Metric with(List<Setting<?>> settings) {
    return with(List.of(settings).iterator(), settings);
  }

  /** Some settings when first asked, and others after that. */
  private static Metric with(Iterator<List<Setting<?>>> first, List<Setting<?>> then) {
    return new Metric() {
      @Override
      public List<Setting<?>> settings() {
        return first.hasNext() ? first.next() : then;
      }
    };
  }

  private static List<Mutant> mutants() {
    return List.of(
        new Mutant(SpiRule.SPI_01, "no line in a service file", new Metric()),
        new Mutant(SpiRule.SPI_02, "no vendor prefix", new AcmeClock()),
        new Mutant(
            SpiRule.SPI_03,
            "a metric that counts how many there are",
            new Metric() {
              private int made;

              @Override
              public ForgettingMetric create(Settings settings) {
                return new Always(++made);
              }
            }),
        new Mutant(
            SpiRule.SPI_04,
            "a setting that is not declared",
            new Metric() {
              @Override
              public ForgettingMetric create(Settings settings) {
                return new Always(settings.get(FLAG) ? 0 : 1);
              }
            }),
        new Mutant(
            SpiRule.SPI_04,
            "a default that names no component",
            with(List.of(Setting.rehearsal("of", Value.Call.word("not-there"), "a rehearsal")))),
        new Mutant(SpiRule.SPI_04, "one key twice", with(List.of(FLAG, FLAG))),
        new Mutant(SpiRule.SPI_04, "a range from 0 of what divides", dividing(0, 9), "every=0"),
        new Mutant(SpiRule.SPI_04, "a range around 0 of what divides", dividing(-9, 9), "every=0"),
        new Mutant(SpiRule.SPI_07, "a clock", new AcmeClock(), "a clock: java.lang.System"),
        new Mutant(SpiRule.SPI_07, "a thread", new AcmeThread(), "reaches a thread"),
        new Mutant(SpiRule.SPI_08, "a static counter", new AcmeCounter(), "AcmeCounter.asked"),
        new Mutant(
            SpiRule.SPI_09,
            "no summary",
            new Metric() {
              @Override
              public String summary() {
                return " ";
              }
            },
            "[summary()]"),
        new Mutant(
            SpiRule.SPI_09,
            "no equation",
            new Metric() {
              @Override
              public String equation() {
                return "";
              }
            },
            "[equation()]"),
        new Mutant(
            SpiRule.SPI_09,
            "no reference",
            new Metric() {
              @Override
              public Traits traits(Settings settings) {
                return Traits.of(Onset.AFTER_TRAINING, Cost.NONE, "");
              }
            },
            "[Traits.references]"),
        new Mutant(
            SpiRule.SPI_09,
            "a setting without words",
            with(List.of(Setting.flag("mute", true, ""))),
            "[doc of setting 'mute']"),
        new Mutant(
            SpiRule.SPI_03,
            "a metric that is no number from the second on",
            new Metric() {
              private int made;

              @Override
              public ForgettingMetric create(Settings settings) {
                return new Always(made++ == 0 ? 0 : Double.NaN);
              }
            },
            "a NaN among the numbers"),
        new Mutant(
            SpiRule.SPI_12,
            "a flag that nothing uses",
            with(List.of(FLAG)),
            "the same with 'loud' [false]"),
        new Mutant(
            SpiRule.SPI_12,
            "a flag that only its promises read",
            new Metric() {
              @Override
              public List<Setting<?>> settings() {
                return List.of(FLAG);
              }

              @Override
              public Set<Promise> promises(Settings settings) {
                return settings.get(FLAG) ? Set.of() : Set.of(Promise.MEASURES_FORGETTING);
              }
            },
            "the same with 'loud' [false]"),
        new Mutant(
            SpiRule.SPI_12,
            "a number that nothing uses and that must not be 1",
            dividing(0.5, 9, 1),
            "/ by zero"));
  }

  /** A metric that takes 8 for each 'every', as whole numbers; some have no such number. */
  private static Metric dividing(double min, double max) {
    return dividing(min, max, 0);
  }

  private static Metric dividing(double min, double max, int refused) {
    Setting<Double> every = Setting.real("every", 4, min, max, "how many at once");
    return new Metric() {
      @Override
      public List<Setting<?>> settings() {
        return List.of(every);
      }

      @Override
      public ForgettingMetric create(Settings settings) {
        return new Always(0 * (8 / (settings.get(every).intValue() - refused)));
      }
    };
  }

  @TestFactory
  Stream<DynamicTest> every_mutant_is_refused_by_its_rule() {
    return Mutant.tests(mutants());
  }

  /** The others need a JAR, or a class loader. */
  @Test
  void every_rule_of_a_component_by_itself_has_a_mutant() {
    Mutant.cover(
        mutants(),
        List.of(
            SpiRule.SPI_01,
            SpiRule.SPI_02,
            SpiRule.SPI_03,
            SpiRule.SPI_04,
            SpiRule.SPI_07,
            SpiRule.SPI_08,
            SpiRule.SPI_09,
            SpiRule.SPI_12));
  }

  @Test
  void settings_that_change_from_call_to_call_are_a_breach() {
    Metric forgetful = with(List.<List<Setting<?>>>of(List.of(FLAG)).iterator(), List.of());
    Verdict v =
        verdict(
            new Subject<>(
                forgetful, new TreeMap<>(), Subject.of(new Metric()).components(), here(), 1),
            SpiRule.SPI_04);
    assertThat(v.text()).contains("settings [loud]", "asked again: []");
  }

  private static PluginOrigin here() {
    return new PluginOrigin("acme", "1.2.3", ClassPath.location(AcmeZero.class));
  }

  private static Verdict verdict(Subject<?> subject, SpiRule rule) {
    try (Checks checks = Checks.of(subject)) {
      return checks.all().stream()
          .filter(c -> c.rule() == rule)
          .findFirst()
          .orElseThrow()
          .run(subject.toString());
    }
  }

  private Verdict loaded(SpiRule rule, String provider, Class<?>... plugins)
      throws IOException, ReflectiveOperationException {
    String[] lines = Stream.of(plugins).map(Class::getName).toArray(String[]::new);
    Provider<?> loaded = new AcmeLoader(folder, lines).provider("org.acme." + provider);
    return verdict(Subject.of(loaded), rule);
  }

  @Test
  void a_component_is_found_through_the_service_files_of_its_class_loader() throws Exception {
    for (SpiRule rule :
        List.of(SpiRule.SPI_01, SpiRule.SPI_02, SpiRule.SPI_03, SpiRule.SPI_04, SpiRule.SPI_09)) {
      assertThat(loaded(rule, "AcmeZero", AcmePlugin.class).outcome()).isEqualTo(Outcome.PASSED);
    }
    assertThat(loaded(SpiRule.SPI_01, "AcmeZero").text()).contains("the plugins found, [], do not");
    assertThat(loaded(SpiRule.SPI_01, "AcmeTwin", AcmePlugin.class).text())
        .as("another class of this id")
        .contains("the plugins found, [org.acme.AcmePlugin], do not");
    assertThat(loaded(SpiRule.SPI_01, "AcmeThread", AcmePlugin.class).text())
        .as("another id")
        .contains("the plugins found, [org.acme.AcmePlugin], do not");
  }

  @Test
  void a_plugin_that_cannot_be_made_is_named() throws Exception {
    Verdict v = loaded(SpiRule.SPI_01, "AcmeZero", AcmePlugin.class, AcmeUnmadePlugin.class);
    assertThat(v.text()).contains("plugins that can be made", "org.acme.AcmeUnmadePlugin");
  }

  @Test
  void an_id_that_two_plugins_offer_is_a_breach() throws Exception {
    Verdict v = loaded(SpiRule.SPI_02, "AcmeZero", AcmePlugin.class, AcmeTwinPlugin.class);
    assertThat(v.text()).contains("2 of them, from [org.acme.AcmePlugin, org.acme.AcmeTwinPlugin]");
  }

  private Verdict inJar(
      SpiRule rule, Class<? extends Plugin> plugin, Map<String, String> manifest, String... entries)
      throws IOException {
    Path jar = AcmeJar.of(folder, plugin, manifest, entries);
    Subject<ForgettingMetric> zero = Subject.of(new AcmeZero());
    return verdict(
        new Subject<>(
            zero.provider(),
            zero.written(),
            zero.components(),
            new PluginOrigin("acme", "1.2.3", jar),
            1),
        rule);
  }

  @Test
  void a_jar_brings_its_own_classes_and_may_say_which_api_it_works_with() throws IOException {
    Map<String, String> range = Map.of("Palimpsest-Api", "[0.2,0.3)");
    for (SpiRule rule : List.of(SpiRule.SPI_05, SpiRule.SPI_06, SpiRule.SPI_10)) {
      assertThat(inJar(rule, AcmePlugin.class, range).outcome()).isEqualTo(Outcome.PASSED);
    }
    assertThat(inJar(SpiRule.SPI_06, AcmePlugin.class, Map.of()).outcome())
        .isEqualTo(Outcome.PASSED);
    assertThat(inJar(SpiRule.SPI_06, AcmePlugin.class, Map.of("Palimpsest-Api", "0.1")).text())
        .contains("a range such as [0.1,0.2)", "'0.1'");
  }

  @Test
  void classes_of_the_api_or_of_tensorflow_in_a_jar_are_a_breach() throws IOException {
    for (String foreign :
        List.of("org/tensorflow/Graph.class", "io/github/palimpsest/api/Plugin.class")) {
      assertThat(inJar(SpiRule.SPI_10, AcmePlugin.class, Map.of(), foreign).text())
          .contains("it holds [" + foreign + "]");
    }
    assertThat(inJar(SpiRule.SPI_10, AcmePlugin.class, Map.of(), "org/tensorflow/NOTICE").outcome())
        .as("no class")
        .isEqualTo(Outcome.PASSED);
  }

  @Test
  void what_needs_a_jar_does_not_apply_to_a_folder_of_classes() {
    for (SpiRule rule : List.of(SpiRule.SPI_06, SpiRule.SPI_10)) {
      assertThat(verdict(Subject.of(new AcmeZero()), rule).outcome())
          .isEqualTo(Outcome.NOT_APPLICABLE);
    }
  }

  @Test
  void loading_leaves_no_library_no_thread_and_no_file() throws IOException {
    assertThat(inJar(SpiRule.SPI_05, AcmeNativePlugin.class, Map.of()).text())
        .contains("native library", "uses TensorFlow");
    assertThat(inJar(SpiRule.SPI_05, AcmeBusyPlugin.class, Map.of()).text())
        .contains("thread 'acme-waits'", "file 'acme.txt'")
        .doesNotContain("uses TensorFlow");
    assertThat(inJar(SpiRule.SPI_05, AcmeUnmadePlugin.class, Map.of()).text())
        .contains("they load", "AcmeUnmadePlugin");
  }
}

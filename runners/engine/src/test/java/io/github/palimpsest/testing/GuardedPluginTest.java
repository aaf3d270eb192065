package io.github.palimpsest.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.discovery.Activity;
import io.github.palimpsest.api.discovery.PluginException;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.merger.MergeSite;
import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.recipe.Value;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a plugin throws, or null, becomes a message that names the method, the plugin and its JAR.
 */
class GuardedPluginTest {
  // class loaders keep their JARs open as long as the process runs
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  static Path temp;

  private static MoodyPlugin plugin;

  @BeforeAll
  static void compile() throws IOException {
    plugin = MoodyPlugin.compiled(temp.resolve("source"));
  }

  @AfterEach
  void listenNoMore() {
    Activity.listen(listener(new ArrayList<>()));
  }

  static Stream<Arguments> everyMethodAndEveryFailure() {
    return Stream.concat(
            MoodyPlugin.PROVIDED.stream(), MoodyPlugin.OF_KIND.get("optimizer").stream())
        .flatMap(m -> MoodyPlugin.THROWS.stream().map(t -> Arguments.of(m, t)))
        // a constructor returns nothing
        .filter(a -> !List.of(a.get()).equals(List.of("constructor", "null")));
  }

  @ParameterizedTest(name = "{1} in {0}")
  @MethodSource("everyMethodAndEveryFailure")
  void what_a_plugin_throws_names_its_jar_and_its_method(String method, String what)
      throws IOException {
    Path jar =
        plugin.pack(temp.resolve(method + "-" + what + "/acme.jar"), "optimizer", method, what);
    assertThatThrownBy(() -> useAll(Plugins.withJar(jar)))
        .isInstanceOf(PluginException.class)
        .hasMessageContaining(jar.toString())
        .hasMessageContaining(
            switch (method) {
              case "constructor" -> "cannot be loaded";
              case "components" -> "optimizers of ";
              default -> method + " of ";
            });
  }

  @Test
  void the_message_says_where_in_the_plugin_it_was() throws IOException {
    Path jar = plugin.pack(temp.resolve("told/acme.jar"), "optimizer", "create", "exception");
    PluginRegistry registry = Plugins.withJar(jar);
    assertThatThrownBy(() -> component(registry).create())
        .hasMessageStartingWith(
            "create of 'acme.moody' (plugin acme-moody, "
                + jar
                + ") failed with IllegalStateException: a bad mood at acme.Mood.does(")
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void weights_that_are_computed_when_they_are_read_are_guarded_too() throws IOException {
    Path jar = plugin.pack(temp.resolve("lazy/acme.jar"), "merger", "values", "overflow");
    Merger merger = (Merger) component(Plugins.withJar(jar)).create();
    WeightSnapshot one = WeightSnapshot.of(Map.of("w", Shape.of(1)), Map.of("w", new float[] {1}));
    WeightSnapshot merged = merger.apply(WeightHistory.of(one, one, one, 0, noSite()));
    assertThat(merged.shape("w")).isEqualTo(Shape.of(1));
    assertThatThrownBy(() -> merged.read("w"))
        .isInstanceOf(PluginException.class)
        .hasMessageStartingWith(
            "reading 'w' from apply of 'acme.moody' (plugin acme-moody, "
                + jar
                + ") failed with StackOverflowError");
  }

  private static MergeSite noSite() {
    return (MergeSite)
        Proxy.newProxyInstance(
            MergeSite.class.getClassLoader(),
            new Class<?>[] {MergeSite.class},
            (proxy, method, arguments) -> {
              throw new UnsupportedOperationException(method.getName());
            });
  }

  @Test
  void a_listener_hears_which_call_the_process_is_in() throws IOException {
    Path jar = plugin.pack(temp.resolve("heard/acme.jar"), "optimizer", "none", "exception");
    List<String> places = new ArrayList<>();
    Activity.listen(listener(places));
    component(Plugins.withJar(jar)).create();
    assertThat(places)
        .contains("create of 'acme.moody' (plugin acme-moody, " + jar + ")")
        .contains("the loading of a plugin of '" + jar + "'")
        .endsWith("");
  }

  @Test
  void the_class_behind_the_guard_is_there_for_who_judges_it() throws IOException {
    Path jar = plugin.pack(temp.resolve("judged/acme.jar"), "optimizer", "none", "exception");
    var found = Plugins.withJar(jar).find("acme.moody");
    assertThat(found.provider()).isInstanceOf(OptimizerProvider.class).isEqualTo(found.provider());
    assertThat(found.unguarded().getClass().getName()).isEqualTo("acme.MoodyOptimizer");
  }

  private static Activity.Listener listener(List<String> places) {
    return new Activity.Listener() {
      @Override
      public void moved() {}

      @Override
      public void at(String place) {
        places.add(place);
      }
    };
  }

  private static Component<?> component(PluginRegistry registry) {
    return registry.component(Value.Call.word("acme.moody"));
  }

  /** Calls every method of the plugin's optimizer once, as listing and running do. */
  private static void useAll(PluginRegistry registry) {
    Component<?> c = component(registry);
    assertThat(c.provider().summary() + c.provider().equation()).isNotEmpty();
    assertThat(c.traits().references()).isNotEmpty();
    assertThat(c.provider().promises(c.settings())).isNotNull();
    assertThat(c.provider().usesCorpus(c.settings())).isFalse();
    Optimizer optimizer = (Optimizer) c.create();
    assertThat(optimizer.phases()).isEqualTo(1);
    assertThat(optimizer.phaseOf(0, 1, 1)).isZero();
    StepContext nothing =
        (StepContext)
            Proxy.newProxyInstance(
                StepContext.class.getClassLoader(),
                new Class<?>[] {StepContext.class},
                (proxy, method, arguments) -> {
                  throw new UnsupportedOperationException(method.getName());
                });
    optimizer.updates(nothing);
  }
}

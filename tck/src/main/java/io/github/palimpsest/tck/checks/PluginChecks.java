package io.github.palimpsest.tck.checks;

import static io.github.palimpsest.tck.rule.SpiRule.SPI_01;
import static io.github.palimpsest.tck.rule.SpiRule.SPI_02;
import static io.github.palimpsest.tck.rule.SpiRule.SPI_03;
import static io.github.palimpsest.tck.rule.SpiRule.SPI_04;
import static io.github.palimpsest.tck.rule.SpiRule.SPI_05;
import static io.github.palimpsest.tck.rule.SpiRule.SPI_06;
import static io.github.palimpsest.tck.rule.SpiRule.SPI_07;
import static io.github.palimpsest.tck.rule.SpiRule.SPI_08;
import static io.github.palimpsest.tck.rule.SpiRule.SPI_09;
import static io.github.palimpsest.tck.rule.SpiRule.SPI_10;
import static io.github.palimpsest.tck.rule.SpiRule.SPI_12;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.tck.BrokenRule;
import io.github.palimpsest.tck.Check.Trial;
import io.github.palimpsest.tck.Feature;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.LoadProbe;
import io.github.palimpsest.tck.NotApplicable;
import io.github.palimpsest.tck.Offered;
import io.github.palimpsest.tck.OtherValues;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.rule.Rule;
import io.github.palimpsest.tck.scan.BytecodeScan;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Supplier;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The checks of plugins and of providers of every kind. */
final class PluginChecks {
  private static final String OWN_PACKAGES = "io.github.palimpsest.";
  private static final String API = "io.github.palimpsest.api.";
  private static final String NAN = "NaN";
  private static final String API_RANGE = "Palimpsest-Api";

  private final Subject<?> subject;
  private final Provider<?> provider;
  private final Supplier<String> behaviour;
  private @Nullable BytecodeScan scan;

  /**
   * @param subject the component
   * @param behaviour makes a new object, uses it, and describes its behaviour
   */
  PluginChecks(Subject<?> subject, Supplier<String> behaviour) {
    this.subject = subject;
    this.provider = subject.provider();
    this.behaviour = behaviour;
  }

  Map<Rule, Trial> trials() {
    Map<Rule, Trial> all = new LinkedHashMap<>();
    all.put(SPI_01, this::isRegistered);
    all.put(SPI_02, this::idIsOwnedAndUnique);
    all.put(SPI_03, this::createIsPure);
    all.put(SPI_04, this::settingsAreEnough);
    all.put(SPI_05, this::loadingTouchesNothing);
    all.put(SPI_06, this::apiRangeIsARange);
    all.put(SPI_07, this::reachesNothingOfItsOwn);
    all.put(SPI_08, this::keepsNoStaticState);
    all.put(SPI_09, this::saysWhatItIs);
    all.put(SPI_10, this::bringsNeitherApiNorTensorFlow);
    all.put(SPI_12, this::eachSettingHasAnEffect);
    return all;
  }

  /** An exception in this process is told with its place, and once for all rules. */
  private void loadingTouchesNothing() throws IOException, InterruptedException {
    LoadProbe.ask(provider, subject.settings());
    new LoadTrial(subject.origin().location()).run(provider.id());
  }

  private String fixture() {
    return "provider " + provider.declaredIn().getName();
  }

  private List<Plugin> plugins() {
    try {
      return ServiceLoader.load(Plugin.class, provider.declaredIn().getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .toList();
    } catch (ServiceConfigurationError e) {
      throw new BrokenRule(
          new Finding(
              "META-INF/services/" + Plugin.class.getName(),
              "plugins that can be made",
              String.valueOf(e.getMessage())));
    }
  }

  private void isRegistered() {
    List<Plugin> all = plugins();
    boolean found =
        all.stream()
            .flatMap(p -> Offered.by(p).stream())
            .anyMatch(
                p -> p.id().equals(provider.id()) && p.declaredIn().equals(provider.declaredIn()));
    List<String> names = all.stream().map(p -> p.getClass().getName()).toList();
    Expect.that(
        found,
        () ->
            new Finding(
                fixture(),
                "a plugin in META-INF/services/" + Plugin.class.getName() + " that offers it",
                "the plugins found, " + names + ", do not",
                "a line missing from the service file"));
  }

  private void idIsOwnedAndUnique() {
    boolean own = provider.declaredIn().getName().startsWith(OWN_PACKAGES);
    Expect.that(
        own || !provider.id().vendor().isEmpty(),
        () ->
            new Finding(
                fixture(),
                "an id with a vendor prefix, such as acme." + provider.id(),
                "'" + provider.id() + "'"));
    List<String> owners =
        plugins().stream()
            .filter(p -> Offered.by(p).stream().anyMatch(o -> o.id().equals(provider.id())))
            .map(p -> p.getClass().getName())
            .toList();
    long offers =
        plugins().stream()
            .flatMap(p -> Offered.by(p).stream())
            .filter(o -> o.id().equals(provider.id()))
            .count();
    Expect.that(
        offers <= 1,
        () ->
            new Finding(
                fixture(),
                "one component '" + provider.id() + "'",
                offers + " of them, from " + owners));
  }

  private void createIsPure() throws IOException, InterruptedException {
    String first = behaviour.get();
    String second = behaviour.get();
    Expect.that(
        first.equals(second),
        () ->
            new Finding(
                "two objects from equal settings, used one after the other",
                excerpt(first, second),
                excerpt(second, first),
                typical(
                    first,
                    second,
                    "an object that create hands out again, or a random source of its own")));
    behavesAsElsewhere(first);
  }

  /** With its defaults, a component that needs no graph is used in another process too. */
  private void behavesAsElsewhere(String here) throws IOException, InterruptedException {
    Optional<String> there =
        subject.written().isEmpty() && isLoadedFromAJarOrTheClassPath()
            ? new LoadTrial(subject.origin().location()).behaviour(provider.id())
            : Optional.empty();
    Expect.that(
        there.isEmpty() || there.get().equals(LoadProbe.digest(here)),
        () ->
            new Finding(
                "two objects from equal settings, used in two processes",
                "the same behaviour",
                "another one",
                typical(
                    here,
                    here,
                    "a random source of its own, or the order of a set or map without one: that of"
                        + " Set.of and Map.of differs from process to process")));
  }

  /** The usual cause of a difference, unless a NaN is one. */
  private static String typical(String one, String other, String usual) {
    return one.contains(NAN) || other.contains(NAN)
        ? "a NaN among the numbers, which need not come from what is usual here"
        : usual;
  }

  private boolean isLoadedFromAJarOrTheClassPath() {
    return Files.exists(subject.origin().location());
  }

  /** A short excerpt around the first difference. */
  private static String excerpt(String of, String other) {
    int at = 0;
    while (at < Math.min(of.length(), other.length()) && of.charAt(at) == other.charAt(at)) {
      at++;
    }
    int from = Math.max(0, at - 40);
    return "..." + of.substring(from, Math.min(of.length(), at + 60)).replace('\n', ' ');
  }

  /** {@link Settings} itself refuses unknown keys and values of a wrong type by name. */
  private void settingsAreEnough() {
    List<String> keys = provider.settings().stream().map(Setting::key).toList();
    List<String> again = provider.settings().stream().map(Setting::key).toList();
    Expect.that(
        keys.equals(again),
        () -> new Finding(fixture(), "settings " + keys, "asked again: " + again));
    Expect.that(
        new HashSet<>(keys).size() == keys.size(),
        () -> new Finding(fixture(), "each key once", "" + keys));
    Settings defaults =
        Expect.given(
            fixture(),
            "defaults within their ranges",
            () -> Settings.of(provider, Map.of(), subject.components()));
    Expect.given(
        fixture() + ", settings " + defaults,
        "create and traits need no setting but those declared",
        () ->
            ""
                + provider.traits(defaults)
                + provider.promises(defaults)
                + provider.create(defaults).getClass());
    subject.atRangeEnds().forEach(PluginChecks::canBeUsed);
  }

  /** A range promises its ends; a value that is not allowed is refused by create at the latest. */
  private static void canBeUsed(Subject<?> end) {
    Expect.given(
        "an end of a range, or 0, settings " + end.settings(),
        "a component that can be used, or refuses these settings when it is made",
        () -> {
          try {
            Checks.effects(end).forEach(Supplier::get);
          } catch (PalimpsestException | NotApplicable e) {
            return "refused, or needs what this test lacks";
          }
          return "used";
        });
  }

  private BytecodeScan scan() {
    BytecodeScan done = scan;
    if (done == null) {
      Set<Class<?>> roots = new HashSet<>();
      roots.add(provider.declaredIn());
      roots.add(subject.create().getClass());
      roots.addAll(held());
      done = BytecodeScan.of(subject.origin().location(), roots);
      scan = done;
    }
    return done;
  }

  /** Classes of objects in the provider, such as the function that makes its components. */
  private Set<Class<?>> held() {
    Set<Class<?>> held = new HashSet<>();
    collect(provider, held);
    return held;
  }

  private static void collect(Object holder, Set<Class<?>> held) {
    for (Field field : holder.getClass().getDeclaredFields()) {
      Object value = value(field, holder);
      if (value == null || value instanceof Enum<?>) {
        continue;
      }
      // objects collected by a builder of the API
      if (value.getClass().isRecord() && value.getClass().getName().startsWith(API)) {
        collect(value, held);
      } else {
        held.add(value.getClass());
      }
    }
  }

  private static @Nullable Object value(Field field, Object holder) {
    try {
      return !Modifier.isStatic(field.getModifiers()) && field.trySetAccessible()
          ? field.get(holder)
          : null;
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(field + " was just made accessible", e);
    }
  }

  private void reachesNothingOfItsOwn() {
    List<String> forbidden = scan().forbidden();
    Expect.that(
        forbidden.isEmpty(),
        () ->
            new Finding(
                "bytecode reached from " + provider.declaredIn().getName(),
                "no graph, session, variable, thread, clock, random source, file, network,"
                    + " environment, reflection or memory outside the heap",
                String.join("\n", forbidden)));
  }

  private void keepsNoStaticState() {
    List<String> changing = scan().staticState();
    Expect.that(
        changing.isEmpty(),
        () ->
            new Finding(
                "bytecode reached from " + provider.declaredIn().getName(),
                "no static field that changes",
                String.join("\n", changing)));
  }

  private void saysWhatItIs() {
    List<String> silent = new ArrayList<>();
    if (provider.summary().isBlank()) {
      silent.add("summary()");
    }
    if (provider.equation().isBlank()) {
      silent.add("equation()");
    }
    if (subject.traits().references().stream().allMatch(String::isBlank)) {
      silent.add("Traits.references");
    }
    provider.settings().stream()
        .filter(s -> s.doc().isBlank())
        .forEach(s -> silent.add("doc of setting '" + s.key() + "'"));
    Expect.that(
        silent.isEmpty(),
        () ->
            new Finding(
                fixture(), "a summary, an equation, references, docs", silent + " are empty"));
  }

  private void eachSettingHasAnEffect() {
    OtherValues<?> other = new OtherValues<>(subject, Checks::effects);
    List<Setting<?>> tried = other.tried();
    NotApplicable.unless(!tried.isEmpty(), Feature.SETTINGS);
    List<Setting<?>> silent = tried.stream().filter(s -> !other.show(s)).toList();
    Expect.that(
        silent.isEmpty(),
        () ->
            new Finding(
                fixture() + ", settings " + subject.settings() + ", and others changed too",
                "something else with another value of each setting",
                silent.stream()
                    .map(s -> "the same with '" + s.key() + "' " + other.values(s))
                    .collect(Collectors.joining("\n")),
                "a setting that nothing uses"));
  }

  private JarFile jar() throws IOException {
    Path location = subject.origin().location();
    NotApplicable.unless(Files.isRegularFile(location), Feature.JAR);
    return new JarFile(location.toFile());
  }

  private void bringsNeitherApiNorTensorFlow() throws IOException {
    try (JarFile jar = jar()) {
      List<String> foreign =
          jar.stream()
              .map(e -> e.getName())
              .filter(
                  n -> n.startsWith("org/tensorflow/") || n.startsWith("io/github/palimpsest/api/"))
              .filter(n -> n.endsWith(".class"))
              .limit(3)
              .toList();
      Expect.that(
          foreign.isEmpty(),
          () ->
              new Finding(
                  jar.getName(),
                  "no class of the API or TensorFlow",
                  "it holds " + foreign,
                  "a JAR with all dependencies in it"));
    }
  }

  private void apiRangeIsARange() throws IOException {
    try (JarFile jar = jar()) {
      var manifest = jar.getManifest();
      String range = manifest == null ? null : manifest.getMainAttributes().getValue(API_RANGE);
      Expect.that(
          range == null || range.matches("\\s*[\\[(]\\s*[0-9.]*\\s*,\\s*[0-9.]*\\s*[\\])]\\s*"),
          () ->
              new Finding(
                  jar.getName(), API_RANGE + ": a range such as [0.1,0.2)", "'" + range + "'"));
    }
  }
}

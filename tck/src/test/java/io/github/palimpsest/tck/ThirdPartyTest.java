package io.github.palimpsest.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.tck.scan.BytecodeScan;
import io.github.palimpsest.testing.PluginFiles;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plugins of a stranger, as JARs and each component in a process of its own: broken ones, named by
 * what is wrong with them, and sound ones that are unlike those of this project. Their sources are
 * test resources.
 */
class ThirdPartyTest {
  private static final Path SOURCES = Path.of("src/test/resources/plugins");
  @TempDir Path temp;

  private Map<String, Judgement> certificates(String plugin) throws IOException {
    Path classes = temp.resolve("classes");
    PluginFiles.compile(sources(plugin), classes);
    PluginFiles.serve(classes, "org.acme.plugins." + plugin);
    Path jar = PluginFiles.pack(classes, temp.resolve(plugin + ".jar"));
    Map<String, Judgement> all = new TreeMap<>();
    Certification.ofJar(jar, (component, v) -> {}).forEach(c -> all.put(c.component(), c));
    return all;
  }

  /** The files of the vendor, and those named after the plugin. */
  private static List<Path> sources(String plugin) throws IOException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      return files
          .filter(f -> f.getFileName().toString().matches("(Acme|" + plugin + ")\\w*\\.java"))
          .sorted()
          .toList();
    }
  }

  private static List<String> broken(Judgement c) {
    return c.verdicts().stream().filter(Verdict::refuses).map(v -> v.rule().id()).toList();
  }

  @Test
  void each_broken_component_is_refused_by_the_rule_that_it_breaks() throws IOException {
    Map<String, String> rules =
        Map.ofEntries(
            Map.entry("acme.sam-old-point", "OPT-05"),
            Map.entry("acme.sam-first-gradient", "OPT-05"),
            Map.entry("acme.sam-no-restore", "OPT-06"),
            Map.entry("acme.sam-half-restored", "OPT-06"),
            Map.entry("acme.sam-one-pass", "OPT-04"),
            Map.entry("acme.static-steps", "SPI-08"),
            Map.entry("acme.ewc-batch-mean", "REG-06"),
            Map.entry("acme.ewc-batch-estimate", "REG-06"),
            Map.entry("acme.ewc-factor-two", "REG-04"),
            Map.entry("acme.ewc-twice-fisher", "REG-04"),
            Map.entry("acme.lora-unscaled", "PAR-04"),
            Map.entry("acme.replay-peeks", "DAT-02"),
            Map.entry("acme.replay-begun", "DAT-02"),
            Map.entry("acme.reservoir-first", "DAT-04"),
            Map.entry("acme.reservoir-last", "DAT-04"),
            Map.entry("acme.clock-replay", "SPI-07"),
            Map.entry("acme.wise-ft-swapped", "PPW-02"),
            Map.entry("acme.mix-swapped", "PPW-02"),
            Map.entry("acme.forgetting-sign", "MET-01"),
            Map.entry("acme.forgetting-direction", "MET-01"));
    Map<String, Judgement> found = certificates("Broken");
    assertThat(found).containsOnlyKeys(rules.keySet());
    rules.forEach(
        (id, rule) ->
            assertThat(broken(found.get(id))).as("rules broken by %s", id).contains(rule));
  }

  @Test
  void sound_components_are_certified_without_a_false_alarm() throws IOException {
    Map<String, Judgement> found = certificates("Sound");
    assertThat(found).hasSizeGreaterThan(10);
    found.forEach((id, c) -> assertThat(broken(c)).as("rules broken by %s", id).isEmpty());
  }

  /** The same breach in as many forms as a language has. */
  @Test
  void every_way_to_a_clock_a_random_source_the_outside_and_static_state_is_seen()
      throws IOException {
    Map<String, String> clocks =
        Map.ofEntries(
            Map.entry("Nano", "System.nanoTime()"),
            Map.entry("Millis", "System.currentTimeMillis()"),
            Map.entry("Instant", "java.time.Instant.now().getNano()"),
            Map.entry("Local", "java.time.LocalDateTime.now().getNano()"),
            Map.entry("Zone", "java.time.Clock.systemUTC().millis()"),
            Map.entry("Source", "java.time.InstantSource.system().millis()"),
            Map.entry("OldDate", "new java.util.Date().getTime()"),
            Map.entry("Calendar", "java.util.Calendar.getInstance().getTimeInMillis()"),
            Map.entry("Handle", "((java.util.function.LongSupplier) System::nanoTime).getAsLong()"),
            Map.entry(
                "Bean", "java.lang.management.ManagementFactory.getRuntimeMXBean().getUptime()"));
    Map<String, String> randoms =
        Map.ofEntries(
            Map.entry("Unseeded", "new java.util.Random().nextInt()"),
            Map.entry("Local", "java.util.concurrent.ThreadLocalRandom.current().nextInt()"),
            Map.entry("MathRandom", "Math.random()"),
            Map.entry("Uuid", "java.util.UUID.randomUUID().hashCode()"),
            Map.entry("Secure", "new java.security.SecureRandom().nextInt()"),
            Map.entry("Split", "new java.util.SplittableRandom().nextInt()"),
            Map.entry("Default", "java.util.random.RandomGenerator.getDefault().nextInt()"),
            Map.entry("Identity", "System.identityHashCode(new Object())"));
    Map<String, String> states =
        Map.ofEntries(
            Map.entry("Counter", "static int n; static double f() { return n++; }"),
            Map.entry("Array", "static final int[] N = {0}; static double f() { return N[0]++; }"),
            Map.entry(
                "Cached",
                "static final java.util.Map<String, Integer> M = new java.util.HashMap<>();"
                    + " static double f() { var m = M; m.put(\"a\", 1); return m.size(); }"),
            Map.entry(
                "Holder",
                "static final class Box { int n; int up() { return ++n; } }"
                    + " static final Box BOX = new Box(); static double f() { return BOX.up(); }"),
            Map.entry(
                "Hidden",
                "interface Up { int up(); } static final class Box implements Up { private int n;"
                    + " public int up() { return ++n; } }"
                    + " static final Up BOX = new Box(); static double f() { return BOX.up(); }"),
            Map.entry(
                "Single", "enum One { ONE; int n; } static double f() { return One.ONE.n++; }"),
            Map.entry(
                "Filled",
                "static final float[] A = new float[2];"
                    + " static double f() { java.util.Arrays.fill(A, 1); return A[0]; }"),
            Map.entry(
                "Passed",
                "static final java.util.Map<String, Integer> M = new java.util.HashMap<>();"
                    + " static void file(java.util.Map<String, Integer> m) { m.put(\"a\", 1); }"
                    + " static double f() { file(M); return M.size(); }"),
            Map.entry(
                "Returned",
                "static final java.util.List<float[]> L = new java.util.ArrayList<>();"
                    + " static float[] first() { return L.get(0); }"
                    + " static double f() { first()[0] = 1; return L.size(); }"),
            Map.entry(
                "Captured",
                "static final java.util.List<String> L = new java.util.ArrayList<>();"
                    + " static Runnable f() { var l = L; return () -> l.add(\"a\"); }"),
            Map.entry(
                "Referred",
                "static final java.util.List<String> L = new java.util.ArrayList<>();"
                    + " static java.util.function.Consumer<String> f() { return L::add; }"),
            Map.entry(
                "Shared",
                "static final java.util.List<String> L = new java.util.ArrayList<>();"
                    + " static final class Log { final java.util.List<String> all;"
                    + " Log(java.util.List<String> all) { this.all = all; }"
                    + " void note() { all.add(\"a\"); } }"
                    + " static void f() { new Log(L).note(); }"),
            Map.entry(
                "Inherited",
                "interface Sink { void put(int[] a); } static final class Box implements Sink {"
                    + " public void put(int[] a) { a[0]++; } } static final int[] A = {0}; static"
                    + " void f(Sink s) { s.put(A); new Box().put(new int[1]); }"),
            Map.entry(
                "Atomic",
                "static final java.util.concurrent.atomic.AtomicInteger N ="
                    + " new java.util.concurrent.atomic.AtomicInteger();"
                    + " static double f() { return N.getAndIncrement(); }"));
    reaches("a clock", clocks);
    reaches("a random source of its own", randoms);
    reaches(
        "a file",
        Map.of(
            "AFile", "new java.io.File(\"/etc/hosts\").exists() ? 1 : 0",
            "Paths", "java.nio.file.Files.exists(java.nio.file.Path.of(\"a\")) ? 1 : 0"));
    reaches("the network", Map.of("Net", "java.net.InetAddress.getLoopbackAddress().hashCode()"));
    reaches(
        "the environment",
        Map.of(
            "Variable", "System.getenv().size()",
            "Property", "System.getProperty(\"user.home\").length()",
            "Flag", "Boolean.getBoolean(\"a\") ? 1 : 0"));
    reaches(
        "other classes by reflection",
        Map.of(
            "Reflective", "String.class.getDeclaredMethods().length",
            "Lookup", "java.lang.invoke.MethodHandles.lookup().hashCode()"));
    reaches(
        "memory outside the heap",
        Map.of("Native", "java.nio.ByteBuffer.allocateDirect(1 << 28).capacity()"));
    assertThat(
            scan("Hook", "static void f() { Runtime.getRuntime().addShutdownHook(null); }")
                .forbidden())
        .anySatisfy(line -> assertThat(line).contains("the process"));
    for (Map.Entry<String, String> e : states.entrySet()) {
      assertThat(scan(e.getKey(), e.getValue()).staticState())
          .as("static state of: %s", e.getValue())
          .isNotEmpty();
    }
  }

  /** Constants in as many forms. */
  @Test
  void constants_and_seeded_generators_are_no_breach() throws IOException {
    String body =
        "static final int[] TABLE = new int[4];"
            + " static { for (int i = 0; i < 4; i++) { TABLE[i] = i; } }"
            + " static final java.util.Map<String, Integer> M = new java.util.TreeMap<>();"
            + " static { M.put(\"a\", 1); }"
            + " record Pair(int a, int b) {} static final Pair P = new Pair(1, 2);"
            + " static final java.util.List<String> NONE = java.util.List.of();"
            + " static final class Kept { java.util.List<String> all = NONE;"
            + " void note() { all = new java.util.ArrayList<>(all); all.add(\"a\"); } }"
            + " static double sum(int[] a) { double s = 0; for (int x : a) { s += x; } return s; }"
            + " static double g() { new Kept().note(); double s = sum(TABLE);"
            + " for (String k : M.keySet()) { s += M.get(k); } return s; }"
            + " enum Way { UP, DOWN }"
            + " static final class Box { int n; }"
            + " static double f(java.util.random.RandomGenerator rng) { Box b = new Box(); b.n = 3;"
            + " java.util.List<Integer> own = new java.util.ArrayList<>(M.values());"
            + " own.add(Way.UP.ordinal()); double[] d = new double[2]; d[0] = P.a();"
            + " return own.size() + d[0] + TABLE[1] + b.n"
            + " + new java.util.SplittableRandom(rng.nextLong()).nextInt()"
            + " + java.time.Duration.ofMillis(5).toNanos(); }";
    BytecodeScan scan = scan("Constants", body);
    assertThat(scan.forbidden()).isEmpty();
    assertThat(scan.staticState()).isEmpty();
  }

  /** Each expression, in a class of its name, is seen to reach a resource. */
  private void reaches(String resource, Map<String, String> expressions) throws IOException {
    for (Map.Entry<String, String> e : expressions.entrySet()) {
      assertThat(scan(e.getKey(), returning(e.getValue())).forbidden())
          .as("what %s reaches", e.getValue())
          .anySatisfy(line -> assertThat(line).contains(resource));
    }
  }

  private static String returning(String expression) {
    return "static double f() { return " + expression + "; }";
  }

  private BytecodeScan scan(String name, String body) throws IOException {
    Path folder = Files.createTempDirectory(temp, name);
    Path source = folder.resolve(name + ".java");
    Files.writeString(source, "package org.acme.forms; final class " + name + " {" + body + "}");
    Path classes = folder.resolve("classes");
    PluginFiles.compile(List.of(source), classes);
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
      return BytecodeScan.of(classes, List.of(loader.loadClass("org.acme.forms." + name)));
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}

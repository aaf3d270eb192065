package io.github.palimpsest.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A third party's plugin with one optimizer, {@code acme.moody}, that misbehaves in one method in
 * one way, and is plain descent otherwise. Compiled once; each JAR says in a resource what it does.
 */
public final class MoodyPlugin {
  /** The methods of the SPI in which it can misbehave, in the order in which a run calls them. */
  public static final List<String> METHODS =
      List.of(
          "constructor",
          "name",
          "optimizers",
          "id",
          "settings",
          "kind",
          "summary",
          "equation",
          "traits",
          "promises",
          "usesCorpus",
          "create",
          "phases",
          "phaseOf",
          "updates");

  /** What it can do there that a Java process survives. */
  public static final List<String> THROWS =
      List.of("exception", "overflow", "missing-class", "assertion", "null");

  /** What it can do there that ends the process, or keeps it. */
  public static final List<String> ENDS =
      List.of("exit-0", "exit-1", "exit-2", "exit-3", "halt-0", "halt-134", "sleep");

  private static final String SOURCE =
      """
      package acme;

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
      import java.io.IOException;
      import java.io.InputStream;
      import java.util.List;
      import java.util.Set;

      public final class MoodyPlugin implements Plugin {
        public MoodyPlugin() {
          in("constructor", "");
        }

        static <T> T in(String method, T usual) {
          String[] mood;
          try (InputStream in = MoodyPlugin.class.getResourceAsStream("/mood.txt")) {
            mood = new String(in.readAllBytes()).strip().split(" ");
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
          return mood[0].equals(method) ? does(mood[1], usual) : usual;
        }

        private static <T> T does(String what, T usual) {
          switch (what) {
            case "exit-0", "exit-1", "exit-2", "exit-3" -> System.exit(what.charAt(5) - '0');
            case "halt-0" -> Runtime.getRuntime().halt(0);
            case "halt-134" -> Runtime.getRuntime().halt(134);
            case "exception" -> throw new IllegalStateException("a bad mood");
            case "missing-class" -> throw new NoClassDefFoundError("acme/Missing");
            case "assertion" -> throw new AssertionError("a bad mood");
            case "overflow" -> {
              return does("overflow", does("overflow", usual));
            }
            case "sleep" -> {
              while (true) {
                try {
                  Thread.sleep(Long.MAX_VALUE);
                } catch (InterruptedException e) {
                  continue;
                }
              }
            }
            default -> {}
          }
          return null;
        }

        public String name() {
          return in("name", "acme-moody");
        }

        public List<OptimizerProvider> optimizers() {
          return in("optimizers", List.of(new Provider()));
        }

        record Provider() implements OptimizerProvider {
          public ComponentId id() { return in("id", new ComponentId("acme.moody")); }
          public Kind kind() { return in("kind", Kind.OPTIMIZER); }
          public String summary() { return in("summary", "plain descent"); }
          public String equation() { return in("equation", "u = -0.1 g"); }
          public List<Setting<?>> settings() { return in("settings", List.<Setting<?>>of()); }
          public Traits traits(Settings s) {
            return in("traits", Traits.of(Onset.FIRST_TASK, Cost.passes(1), "nobody 2026"));
          }
          public Set<Promise> promises(Settings s) {
            return in("promises", OptimizerProvider.super.promises(s));
          }
          public boolean usesCorpus(Settings s) { return in("usesCorpus", false); }
          public Optimizer create(Settings s) { return in("create", new Descent()); }
        }

        private static final class Descent implements Optimizer {
          public int phases() { return in("phases", 1); }
          public int phaseOf(int task, long step, long totalSteps) { return in("phaseOf", 0); }
          public Updates updates(StepContext c) {
            if (in("updates", "") == null) {
              return null;
            }
            return new Updates(
                c.oracle().gradient(c.params()).tensors().scale(c.tf(), c.tf().constant(-0.1f)));
          }
        }
      }
      """;

  private final Path classes;

  private MoodyPlugin(Path classes) {
    this.classes = classes;
  }

  /** Compiles it into a folder. */
  public static MoodyPlugin compiled(Path folder) throws IOException {
    Path source = Files.createDirectories(folder).resolve("MoodyPlugin.java");
    Files.writeString(source, SOURCE);
    Path classes = folder.resolve("classes");
    PluginFiles.compile(List.of(source), classes);
    PluginFiles.serve(classes, "acme.MoodyPlugin");
    return new MoodyPlugin(classes);
  }

  /**
   * Packs a JAR.
   *
   * @param method one of {@link #METHODS}
   * @param what one of {@link #THROWS} or {@link #ENDS}
   */
  public Path pack(Path file, String method, String what) throws IOException {
    Files.writeString(classes.resolve("mood.txt"), method + " " + what);
    Files.createDirectories(file.toAbsolutePath().getParent());
    return PluginFiles.pack(classes, file);
  }

  /**
   * Packs a JAR for each method and each misbehaviour, for {@code runners/bench}.
   *
   * @param arguments the folder to write {@code METHOD/WHAT/acme-moody.jar} to
   */
  public static void main(String[] arguments) throws IOException {
    Path root = Path.of(arguments[0]);
    MoodyPlugin plugin = compiled(root.resolve("source"));
    for (String method : METHODS) {
      for (String what : Stream.concat(THROWS.stream(), ENDS.stream()).toList()) {
        plugin.pack(root.resolve(method + "/" + what + "/acme-moody.jar"), method, what);
      }
    }
  }
}

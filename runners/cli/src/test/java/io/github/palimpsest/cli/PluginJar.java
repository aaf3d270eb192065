package io.github.palimpsest.cli;

import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.testing.PluginFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A plugin of a third party, compiled and packed as its author would. */
final class PluginJar {
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
      import java.util.List;
      public final class AcmePlugin implements Plugin {
        public String name() { return "acme-optimizers"; }
        public List<OptimizerProvider> optimizers() {
          return List.of(new Provider());
        }
        record Provider() implements OptimizerProvider {
          public ComponentId id() { return new ComponentId("ID"); }
          public String summary() { return "plain descent"; }
          public String equation() { return "u = -0.1 g"; }
          public List<Setting<?>> settings() { return List.of(); }
          public Traits traits(Settings s) {
            return Traits.of(Onset.FIRST_TASK, Cost.passes(1), "nobody 2026");
          }
          public Optimizer create(Settings s) {
            return c -> {
              BEFORE
              return new Updates(
                  c.oracle().gradient(c.params()).tensors().scale(c.tf(), c.tf().constant(-0.1f)));
            };
          }
        }
      }
      """;

  private PluginJar() {}

  /**
   * A JAR with {@code acme.descent}.
   *
   * @param file the JAR to write
   * @param withService whether it names its plugin in a service file
   */
  static Path write(Path file, boolean withService) throws IOException {
    return write(file, withService, "acme.descent", "");
  }

  /**
   * A JAR with {@code acme.crash}, which ends the process instead of building its step.
   *
   * @param statement how, such as what a crash in native code does to the process
   */
  static Path crashing(Path file, String statement) throws IOException {
    return write(file, true, "acme.crash", statement);
  }

  private static Path write(Path file, boolean withService, String id, String before)
      throws IOException {
    Path folder = Files.createTempDirectory("acme");
    try {
      return packed(folder, file, withService, id, before);
    } finally {
      Folders.delete(folder);
    }
  }

  private static Path packed(Path folder, Path file, boolean withService, String id, String before)
      throws IOException {
    Path source = folder.resolve("AcmePlugin.java");
    Files.writeString(source, SOURCE.replace("\"ID\"", "\"" + id + "\"").replace("BEFORE", before));
    Path classes = folder.resolve("classes");
    PluginFiles.compile(List.of(source), classes);
    if (withService) {
      PluginFiles.serve(classes, "acme.AcmePlugin");
    }
    return PluginFiles.pack(classes, file);
  }
}

package io.github.palimpsest.api.discovery;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A folder for plugin JARs, new for each test. */
abstract class PluginFolderFixture {
  // class loaders keep their JARs open as long as the process runs
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path dir;

  Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectory(dir.resolve("plugins"));
  }

  final Path jar(String name) {
    return folder.resolve(name);
  }

  final AbstractThrowableAssert<?, ? extends Throwable> assertRefused() {
    return assertThatThrownBy(() -> Plugins.withFolder(folder)).isInstanceOf(PluginException.class);
  }
}

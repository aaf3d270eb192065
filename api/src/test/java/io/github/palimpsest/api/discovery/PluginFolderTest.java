package io.github.palimpsest.api.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.metric.ForgettingMetricProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.function.UnaryOperator;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules SPI-01, SPI-02 and SPI-10, on JARs made as a stranger makes them. */
class PluginFolderTest extends PluginFolderFixture {
  @Test
  void aJarIsFoundWithItsNameVersionAndPlace() {
    Path jar =
        PluginJar.withMetric("com.acme", "acme.drop")
            .attribute("Implementation-Version", "1.2.3")
            .attribute(ApiVersion.ATTRIBUTE, "[0.2,0.3)")
            .write(jar("acme.jar"));

    Registered found = Plugins.withFolder(folder).find("acme.drop");

    assertThat(found.origin()).isEqualTo(new PluginOrigin("acme-test", "1.2.3", jar));
    assertThat(found.provider().summary()).isEqualTo("a metric");
  }

  @Test
  void aJarWithoutAVersionIsUsedAndSaysSo() {
    PluginJar.withMetric("com.acme", "acme.drop").write(jar("acme.jar"));

    assertThat(Plugins.withFolder(folder).find("acme.drop").origin().version())
        .isEqualTo("unknown");
  }

  @Test
  void anEmptyFolderAddsNothingAndOtherFilesAreLeftAlone() throws IOException {
    Files.writeString(jar("README.txt"), "not a plugin");

    assertThat(Plugins.withFolder(folder).all()).isEmpty();
  }

  @Test
  void aFolderThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> Plugins.withFolder(dir.resolve("nowhere")))
        .isInstanceOf(PluginException.class)
        .hasMessageContaining("nowhere' is not a folder");
  }

  @Test
  void oneIdInTwoJarsIsRefusedNamingBoth() {
    PluginJar.withMetric("com.acme", "acme.drop").write(jar("first.jar"));
    PluginJar.withMetric("org.other", "acme.drop").write(jar("second.jar"));

    assertRefused()
        .hasMessageContaining("'acme.drop' is provided twice")
        .hasMessageContaining("first.jar")
        .hasMessageContaining("second.jar");
  }

  @Test
  void oneJarUnderTwoNamesIsRefusedNamingBoth() throws IOException {
    Files.copy(
        PluginJar.withMetric("com.acme", "acme.drop").write(jar("acme.jar")), jar("acme-copy.jar"));

    assertRefused().hasMessageContaining("acme.jar").hasMessageContaining("acme-copy.jar");
  }

  @Test
  void oneNameInTwoJarsIsSaidBeforeAMissingPrefix() {
    PluginJar.withMetric("com.acme", "drop").write(jar("first.jar"));
    PluginJar.withMetric("org.other", "drop").write(jar("second.jar"));

    assertRefused().hasMessageContaining("'drop' is provided twice");
  }

  @Test
  void anIdWithoutAVendorPrefixIsReserved() {
    PluginJar.withMetric("com.acme", "drop").write(jar("acme.jar"));

    assertRefused()
        .hasMessageContaining("acme.jar")
        .hasMessageContaining("names without a vendor prefix are reserved")
        .hasMessageContaining("'vendor.drop'");
  }

  @Test
  void aFileThatIsNoJarIsRefused() throws IOException {
    Files.writeString(jar("broken.jar"), "this is not a ZIP file");

    assertRefused().hasMessageContaining("broken.jar' is not a readable JAR");
  }

  @Test
  void aJarCutShortIsRefused() throws IOException {
    Path jar = PluginJar.withMetric("com.acme", "acme.drop").write(jar("acme.jar"));
    byte[] bytes = Files.readAllBytes(jar);
    Files.write(jar, Arrays.copyOf(bytes, bytes.length / 2));

    assertRefused().hasMessageContaining("acme.jar' is not a readable JAR");
  }

  /** Copies a JAR; changes a class. */
  private static void rewrite(Path from, Path to, String name, UnaryOperator<byte[]> changed)
      throws IOException {
    try (JarFile jar = new JarFile(from.toFile());
        JarOutputStream out = new JarOutputStream(Files.newOutputStream(to))) {
      for (JarEntry entry : Collections.list(jar.entries())) {
        byte[] bytes = jar.getInputStream(entry).readAllBytes();
        byte[] kept = entry.getName().equals(name) ? changed.apply(bytes) : bytes;
        if (kept.length > 0) {
          out.putNextEntry(new ZipEntry(entry.getName()));
          out.write(kept);
        }
      }
    }
  }

  /** The major version of a class file is its bytes 6 and 7; 99 is that of Java 55. */
  private static byte[] ofJava55(byte[] classFile) {
    classFile[7] = 99;
    return classFile;
  }

  @ParameterizedTest
  @ValueSource(strings = {"AcmePlugin", "MetricProvider"})
  void aClassForANewerJavaIsRefusedNamingBothVersions(String unfit) throws IOException {
    Path good = PluginJar.withMetric("com.acme", "acme.drop").write(dir.resolve("good.jar"));
    rewrite(good, jar("acme.jar"), "com/acme/" + unfit + ".class", PluginFolderTest::ofJava55);

    int here = Runtime.version().feature();
    assertRefused()
        .hasMessageContaining("acme.jar")
        .hasMessageContaining(
            "class com.acme.%s needs Java 55, and this is Java %d: run Java 55, or compile the"
                + " plugin with --release %d",
            unfit, here, here);
  }

  @Test
  void aJarThatLacksAClassIsRefusedNamingTheClass() throws IOException {
    Path good = PluginJar.withMetric("com.acme", "acme.drop").write(dir.resolve("good.jar"));
    rewrite(good, jar("acme.jar"), "com/acme/MetricProvider.class", bytes -> new byte[0]);

    assertRefused()
        .hasMessageContaining("acme.jar")
        .hasMessageContaining("class com.acme.MetricProvider is missing: a plugin is one JAR");
  }

  @Test
  void aFolderNamedLikeAJarIsRefused() throws IOException {
    Files.createDirectory(jar("folder.jar"));

    assertRefused().hasMessageContaining("folder.jar' is not a readable JAR");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"io/github/palimpsest/api/Plugin.class", "org/tensorflow/TensorFlow.class"})
  void aJarThatBringsItsOwnHostClassesIsRefused(String path) {
    PluginJar.withMetric("com.acme", "acme.drop").text(path, "").write(jar("acme.jar"));

    assertRefused()
        .hasMessageContaining("acme.jar' brings its own " + path)
        .hasMessageContaining("'provided'");
  }

  @Test
  void aJarThatLoadsFromOtherJarsIsRefused() {
    PluginJar.withMetric("com.acme", "acme.drop")
        .attribute("Class-Path", "lib/other.jar")
        .write(jar("acme.jar"));

    assertRefused()
        .hasMessageContaining("acme.jar' has 'Class-Path: lib/other.jar' in its manifest")
        .hasMessageContaining("pack what it needs into it");
  }

  @Test
  void aJarWhoseIndexNamesOtherJarsIsRefused() {
    PluginJar.withMetric("com.acme", "acme.drop")
        .text("META-INF/INDEX.LIST", "JarIndex-Version: 1.0\n\nother.jar\ncom\n")
        .write(jar("acme.jar"));

    assertRefused().hasMessageContaining("acme.jar' has a META-INF/INDEX.LIST");
  }

  @Test
  void eachJarSeesItsOwnVersionOfADependency() {
    for (int version : new int[] {1, 2}) {
      String vendor = "vendor" + version;
      PluginJar.withMetric("com." + vendor, vendor + ".drop")
          .source(
              "shared.Library",
              "package shared; public final class Library {"
                  + " public static String version() { return \"v"
                  + version
                  + "\"; } }")
          .source(
              "com." + vendor + ".AcmePlugin",
              """
              package com.%s;
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
                public String name() { return shared.Library.version(); }
                public List<ForgettingMetricProvider> metrics() {
                  return List.of(new MetricProvider());
                }
              }
              """
                  .formatted(vendor))
          .write(jar(vendor + ".jar"));
    }

    PluginRegistry registry = Plugins.withFolder(folder);

    assertThat(registry.find("vendor1.drop").origin().plugin()).isEqualTo("v1");
    assertThat(registry.find("vendor2.drop").origin().plugin()).isEqualTo("v2");
  }

  @Test
  void theApiComesFromTheHostAndThePluginFromItsJar() {
    PluginJar.withMetric("com.acme", "acme.drop").write(jar("acme.jar"));

    Object provider = Plugins.withFolder(folder).find("acme.drop").provider();

    assertThat(provider).isInstanceOf(ForgettingMetricProvider.class);
    assertThat(provider.getClass().getClassLoader()).isInstanceOf(PluginClassLoader.class);
    assertThat(provider.getClass().getInterfaces()[0].getClassLoader())
        .isSameAs(Plugin.class.getClassLoader());
  }

  @Test
  void aPluginFindsItsOwnResourcesBeforeTheHosts() {
    PluginJar.withMetric("com.acme", "acme.drop")
        .text("defaults.txt", "ours")
        .plugin(
            "com.acme.AcmePlugin",
            """
            @Override public List<ForgettingMetricProvider> metrics() {
              if (getClass().getResource("/defaults.txt") == null) {
                throw new IllegalStateException("defaults.txt is not there");
              }
              return List.of(new MetricProvider());
            }
            """)
        .write(jar("acme.jar"));

    assertThat(Plugins.withFolder(folder).all()).hasSize(1);
  }
}

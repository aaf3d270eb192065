package io.github.palimpsest.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.discovery.PluginOrigin;
import io.github.palimpsest.certificates.Certificate.RuleVerdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates on disk: their bytes, their place, and when they hold. */
class CertificatesTest {
  @TempDir Path folder;

  private Path jar(String entry, String manifest) throws IOException {
    Path file = folder.resolve("acme.jar");
    Manifest lines = new Manifest();
    lines.getMainAttributes().putValue("Manifest-Version", "1.0");
    lines.getMainAttributes().putValue("Built-By", manifest);
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(file), lines)) {
      out.putNextEntry(new JarEntry("org/acme/" + entry));
      out.write(7);
    }
    return file;
  }

  private static Certificate of(PluginOrigin origin, boolean certified) {
    return Certificate.of(
        "acme.zero",
        certified,
        "{}",
        origin,
        List.of(
            new RuleVerdict("MET-01", "MUST", certified ? "PASSED" : "FAILED", ""),
            new RuleVerdict("MET-02", "SHOULD", "UNTESTED", "why")));
  }

  @Test
  void a_certificate_is_written_next_to_the_jar_and_names_no_folder() throws IOException {
    Path jar = jar("A.class", "x");
    Certificate certificate = of(new PluginOrigin("acme", "1.2.3", jar), true);
    Path file = Certificates.keep(certificate, jar);
    assertThat(file).isEqualTo(folder.resolve("certificates").resolve("acme.zero.json"));
    assertThat(Files.readString(file).replace(System.lineSeparator(), "\n"))
        .isEqualTo(
            """
            {
              "component" : "acme.zero",
              "certified" : true,
              "settings" : "{}",
              "plugin" : "acme",
              "version" : "1.2.3",
              "jar" : "acme.jar",
              "sha256" : "%s",
              "entries" : "%s",
              "kit" : "%s",
              "platform" : "%s",
              "verdicts" : [ {
                "rule" : "MET-01",
                "level" : "MUST",
                "verdict" : "PASSED"
              }, {
                "rule" : "MET-02",
                "level" : "SHOULD",
                "verdict" : "UNTESTED",
                "text" : "why"
              } ]
            }
            """
                .formatted(
                    Content.ofJar(jar),
                    Content.ofEntries(jar),
                    Certificates.kitVersion(),
                    certificate.platform()));
  }

  @Test
  void a_certificate_holds_for_this_jar_and_this_kit_alone() throws IOException {
    PluginOrigin origin = new PluginOrigin("acme", "1.2.3", jar("A.class", "x"));
    assertThat(state(origin)).as("none").isEqualTo(CertificateState.UNCHECKED);
    Path file = Certificates.keep(of(origin, false), origin.location());
    assertThat(state(origin)).isEqualTo(CertificateState.FAILED);
    Certificates.keep(of(origin, true), origin.location());
    assertThat(state(origin)).isEqualTo(CertificateState.CERTIFIED);
    jar("A.class", "another build");
    assertThat(state(origin)).as("another manifest").isEqualTo(CertificateState.UNCHECKED);
    assertThat(new Certificates().of(origin, "acme.zero", true))
        .as("another manifest of a JAR of this project")
        .isEqualTo(CertificateState.CERTIFIED);
    jar("B.class", "x");
    assertThat(state(origin)).as("other classes").isEqualTo(CertificateState.UNCHECKED);
    Certificates.keep(of(origin, true), origin.location());
    String kept = Files.readString(file);
    String kit = "\"kit\" : \"" + Certificates.kitVersion() + "\"";
    assertThat(kept).contains(kit);
    Files.writeString(file, kept.replace(kit, "\"kit\" : \"0.0.9\""));
    assertThat(state(origin)).as("another kit").isEqualTo(CertificateState.UNCHECKED);
    Files.writeString(file, "{}");
    assertThat(state(origin)).as("no fields").isEqualTo(CertificateState.UNCHECKED);
    Files.writeString(file, "null");
    assertThat(state(origin)).as("null").isEqualTo(CertificateState.UNCHECKED);
  }

  private static CertificateState state(PluginOrigin origin) {
    return new Certificates().of(origin, "acme.zero", false);
  }

  @Test
  void a_certificate_of_a_folder_of_classes_does_not_count_for_the_jar_packed_from_it()
      throws IOException {
    Path jar = jar("A.class", "x");
    Path classes = Files.createDirectories(folder.resolve("classes/org/acme"));
    Files.write(classes.resolve("A.class"), new byte[] {7});
    PluginOrigin built = new PluginOrigin("acme", "unknown", folder.resolve("classes"));
    Certificate certificate = of(built, true);
    assertThat(certificate.sha256()).isEmpty();
    Certificates.keep(certificate, built.location());
    assertThat(state(built)).isEqualTo(CertificateState.CERTIFIED);
    PluginOrigin packed = new PluginOrigin("acme", "1.2.3", jar);
    assertThat(certificate.entries()).isEqualTo(Content.ofEntries(jar));
    assertThat(state(packed)).isEqualTo(CertificateState.UNCHECKED);
    assertThat(new Certificates().of(packed, "acme.zero", true))
        .as("a JAR of this project")
        .isEqualTo(CertificateState.CERTIFIED);
  }

  @Test
  void a_folder_of_classes_and_its_jar_have_one_hash_whatever_the_manifest_says()
      throws IOException {
    Path jar = jar("A.class", "nobody");
    Path classes = folder.resolve("classes");
    Path copy = classes.resolve("org/acme/A.class");
    Files.createDirectories(copy.getParent());
    Files.write(copy, new byte[] {7});
    Path manifest = classes.resolve(JarFile.MANIFEST_NAME);
    Files.createDirectories(manifest.getParent());
    Files.writeString(manifest, "another");
    assertThat(Content.ofEntries(classes)).hasSize(64).isEqualTo(Content.ofEntries(jar));
    assertThat(Content.ofEntries(folder.resolve("none"))).isEmpty();
  }
}

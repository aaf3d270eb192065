package io.github.palimpsest.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.discovery.PluginOrigin;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.discovery.Registered;
import io.github.palimpsest.certificates.CertificateState;
import io.github.palimpsest.certificates.Certificates;
import io.github.palimpsest.tck.rule.MetricRule;
import io.github.palimpsest.testing.FuzzTarget;
import io.github.palimpsest.testing.FuzzTargets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.acme.AcmePlugin;
import org.acme.AcmeZero;

/** Whatever the JAR of a plugin or its certificate holds, it is read or refused. */
class PluginParsersTest implements FuzzTargets {
  private static final int CERTIFICATES = 2_000;
  private static final int JARS = 300;
  private static final String SERVICE = "META-INF/services/" + Plugin.class.getName();
  private static final String MANIFEST =
      "Manifest-Version: 1.0\nImplementation-Version: 1.2.3\nPalimpsest-Api: [0.1,1.0)\n\n";

  @Override
  public List<FuzzTarget> in(Path folder) throws IOException {
    Map<String, byte[]> entries = entries();
    Path jar = folder.resolve("plugin.jar");
    Path whole = folder.resolve("whole.jar");
    Files.write(whole, packed(entries));
    Registered component = new Registered(new AcmeZero(), new PluginOrigin("acme", "1.2.3", whole));
    String id = component.provider().id().value();
    List<Verdict> verdicts = List.of(Verdict.passed(MetricRule.values()[0]));
    Judgement judgement = new Judgement(id, "", component.origin(), verdicts);
    Path kept = Certificates.keep(judgement.certificate(), whole);
    String certificate = Files.readString(kept);
    Certificates certificates = new Certificates();
    return List.of(
        FuzzTarget.of(
            "certificate",
            CERTIFICATES,
            input -> {
              Files.write(kept, input);
              assertThat(certificates.of(component)).isNotNull();
            },
            certificate),
        new FuzzTarget(
            "plugin JAR",
            JARS,
            List.of(packed(entries)),
            input -> {
              Files.write(jar, input);
              read(jar, whole);
            }),
        FuzzTarget.of(
            "service file of a plugin",
            JARS,
            input -> {
              Files.write(jar, packed(with(entries, SERVICE, input)));
              read(jar, whole);
            },
            AcmePlugin.class.getName() + "\n# nothing else\n"),
        FuzzTarget.of(
            "manifest of a plugin",
            JARS,
            input -> {
              Files.write(jar, packed(with(entries, JarFile.MANIFEST_NAME, input)));
              read(jar, whole);
            },
            MANIFEST));
  }

  /**
   * What a run does with a JAR before it trusts it, which it may if what Java loads from it is what
   * was certified.
   */
  private static void read(Path jar, Path certified) throws IOException {
    new Judgement("acme.zero", "", new PluginOrigin("acme", "1.2.3", jar), List.of()).certificate();
    for (Registered component : Plugins.withJar(jar).all()) {
      if (new Certificates().of(component) == CertificateState.CERTIFIED) {
        assertThat(loaded(jar)).isEqualTo(loaded(certified));
      }
    }
  }

  /** The content of each entry in hexadecimal digits, as Java's own reader has it. */
  private static Map<String, String> loaded(Path jar) throws IOException {
    Map<String, String> all = new TreeMap<>();
    try (JarFile file = new JarFile(jar.toFile())) {
      for (JarEntry entry : Collections.list(file.entries())) {
        all.put(
            entry.getName(), HexFormat.of().formatHex(file.getInputStream(entry).readAllBytes()));
      }
    }
    all.remove(JarFile.MANIFEST_NAME);
    return all;
  }

  private static Map<String, byte[]> entries() throws IOException {
    Map<String, byte[]> entries = new TreeMap<>();
    entries.put(JarFile.MANIFEST_NAME, MANIFEST.getBytes(StandardCharsets.UTF_8));
    entries.put(SERVICE, AcmePlugin.class.getName().getBytes(StandardCharsets.UTF_8));
    Path classes = ClassPath.location(AcmePlugin.class);
    for (String name : List.of("AcmePlugin", "AcmeZero", "AcmeMetric", "AcmeMetric$1")) {
      String entry = "org/acme/" + name + ".class";
      entries.put(entry, Files.readAllBytes(classes.resolve(entry)));
    }
    return entries;
  }

  private static Map<String, byte[]> with(
      Map<String, byte[]> entries, String name, byte[] content) {
    Map<String, byte[]> all = new TreeMap<>(entries);
    all.put(name, content);
    return all;
  }

  /** A JAR whose entries are not compressed, so that a change to it is a change to one of them. */
  private static byte[] packed(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> e : entries.entrySet()) {
        out.putNextEntry(stored(e.getKey(), e.getValue()));
        out.write(e.getValue());
        out.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static ZipEntry stored(String name, byte[] content) {
    CRC32 sum = new CRC32();
    sum.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(sum.getValue());
    entry.setTime(0);
    return entry;
  }
}

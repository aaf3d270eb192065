package io.github.palimpsest.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.discovery.PluginOrigin;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.certificates.CertificateState;
import io.github.palimpsest.certificates.Certificates;
import io.github.palimpsest.tck.rule.MetricRule;
import io.github.palimpsest.tck.rule.Rule;
import io.github.palimpsest.tck.rule.SpiRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.acme.AcmeHaltPlugin;
import org.acme.AcmeNativePlugin;
import org.acme.AcmePlugin;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugin JARs judged in processes of their own, as the command line does. */
@Tag("native")
class JarTest {
  @TempDir Path folder;

  private Path jar(Class<? extends Plugin> plugin, Map<String, String> manifest, String... entries)
      throws IOException {
    return AcmeJar.of(folder, plugin, manifest, entries);
  }

  private static Map<String, Outcome> outcomes(Judgement c) {
    Map<String, Outcome> byRule = new TreeMap<>();
    c.verdicts().forEach(v -> byRule.put(v.rule().id(), v.outcome()));
    return byRule;
  }

  @Test
  void a_good_jar_is_certified() throws IOException {
    List<Verdict> heard = new ArrayList<>();
    Judgement c =
        Certification.ofJar(
                jar(AcmePlugin.class, Map.of("Palimpsest-Api", "[0.2,0.3)")),
                (component, v) -> heard.add(v))
            .get(0);
    assertThat(c.verdicts()).filteredOn(Verdict::refuses).extracting(Verdict::text).isEmpty();
    assertThat(c.certified()).isTrue();
    assertThat(c.component()).isEqualTo("acme.zero");
    assertThat(c.origin().version()).isEqualTo("1.2.3");
    assertThat(c.certificate().sha256()).hasSize(64);
    assertThat(heard).containsExactlyInAnyOrderElementsOf(c.verdicts());
    assertThat(outcomes(c))
        .containsEntry("SPI-10", Outcome.PASSED)
        .containsEntry("SPI-05", Outcome.PASSED)
        .containsEntry("SPI-06", Outcome.PASSED);
    assertThat(Certificates.json(List.of(c.certificate())))
        .contains("\"certified\" : true", "\"rule\" : \"MET-01\"");
  }

  @Test
  void a_kept_certificate_holds_until_the_jar_changes() throws IOException {
    Path jar = jar(AcmePlugin.class, Map.of());
    assertThat(state(jar)).isEqualTo(CertificateState.UNCHECKED);
    PluginOrigin origin = new PluginOrigin("acme", "1.2.3", jar);
    Verdict kept = Verdict.passed(MetricRule.MET_01);
    Path file = keep(origin, kept);
    assertThat(file).isEqualTo(folder.resolve("certificates").resolve("acme.zero.json"));
    assertThat(state(jar)).isEqualTo(CertificateState.CERTIFIED);
    Finding finding = new Finding("a matrix", "0", "1");
    Verdict broken = Verdict.broken(MetricRule.MET_01, "acme.zero", finding);
    keep(origin, broken);
    assertThat(state(jar)).isEqualTo(CertificateState.FAILED);
    jar(AcmePlugin.class, Map.of(), "more");
    assertThat(state(jar)).as("of other classes").isEqualTo(CertificateState.UNCHECKED);
    keep(origin, kept);
    assertThat(state(jar)).isEqualTo(CertificateState.CERTIFIED);
    Files.writeString(
        file, Files.readString(file).replaceFirst("(\"kit\" *: *)\"[^\"]*\"", "$1\"0.0.9\""));
    assertThat(state(jar)).as("by another kit").isEqualTo(CertificateState.UNCHECKED);
    Files.writeString(file, "{");
    assertThat(state(jar)).as("no JSON").isEqualTo(CertificateState.UNCHECKED);
  }

  @Test
  void a_certificate_does_not_outlive_what_decides_which_classes_are_loaded() throws IOException {
    String entry = "META-INF/versions/17/org/acme/Other.class";
    Path jar = jar(AcmePlugin.class, Map.of(), entry);
    PluginOrigin origin = new PluginOrigin("acme", "1.2.3", jar);
    Verdict kept = Verdict.passed(MetricRule.MET_01);
    keep(origin, kept);
    assertThat(state(jar)).isEqualTo(CertificateState.CERTIFIED);
    jar(AcmePlugin.class, Map.of("Multi-Release", "true"), entry);
    assertThat(state(jar)).as("the same entries").isEqualTo(CertificateState.UNCHECKED);
    jar(AcmePlugin.class, Map.of(), entry, "META-INF/maven/hidden.class");
    assertThat(state(jar)).as("more entries").isEqualTo(CertificateState.UNCHECKED);
    jar(AcmePlugin.class, Map.of(), entry, "META-INF/maven/org.acme/zero/pom.properties");
    assertThat(state(jar)).as("other bytes").isEqualTo(CertificateState.UNCHECKED);
    jar(AcmePlugin.class, Map.of(), entry);
    assertThat(state(jar)).as("the JAR itself").isEqualTo(CertificateState.CERTIFIED);
  }

  private static Path keep(PluginOrigin origin, Verdict verdict) throws IOException {
    Judgement judgement = new Judgement("acme.zero", "", origin, List.of(verdict));
    return Certificates.keep(judgement.certificate(), origin.location());
  }

  private static CertificateState state(Path jar) {
    return new Certificates().of(Plugins.withJar(jar).find("acme.zero"));
  }

  @Test
  void a_plugin_that_loads_native_code_breaks_SPI_05() throws IOException {
    Judgement c =
        Certification.ofJar(jar(AcmeNativePlugin.class, Map.of()), (component, v) -> {}).get(0);
    assertThat(c.verdicts())
        .filteredOn(Verdict::refuses)
        .singleElement()
        .satisfies(
            v -> {
              assertThat(v.rule()).isEqualTo(SpiRule.SPI_05);
              assertThat(v.text()).contains("native library", "uses TensorFlow");
            });
  }

  @Test
  void a_process_that_dies_by_a_call_that_SPI_07_names_is_reported_by_it_and_nothing_vanishes()
      throws IOException {
    Judgement c =
        Certification.ofJar(jar(AcmeHaltPlugin.class, Map.of()), (component, v) -> {}).get(0);
    assertThat(outcomes(c)).hasSize(Rule.of(io.github.palimpsest.api.component.Kind.METRIC).size());
    assertThat(c.certified()).isFalse();
    assertThat(c.verdicts())
        .filteredOn(Verdict::refuses)
        .singleElement()
        .satisfies(
            v -> {
              assertThat(v.rule()).isEqualTo(SpiRule.SPI_07);
              assertThat(v.text()).contains("reaches the process: java.lang.Runtime.halt");
            });
    assertThat(c.verdicts())
        .filteredOn(v -> v.rule() == MetricRule.MET_01)
        .singleElement()
        .satisfies(
            v -> {
              assertThat(v.outcome()).isEqualTo(Outcome.UNTESTED);
              assertThat(v.text()).startsWith("as SPI-07: ");
            });
  }

  @Test
  void a_process_that_says_nothing_for_too_long_is_ended_and_fails() throws IOException {
    Path jar = jar(AcmePlugin.class, Map.of());
    String usual = System.setProperty(KitProcess.LIMIT, "0");
    try {
      Judgement c = Certification.ofJar(jar, (component, v) -> {}).get(0);
      assertThat(c.certified()).isFalse();
      assertThat(c.verdicts().get(0).text())
          .contains("none after 0 s", "a wait for something that never happens");
    } finally {
      if (usual == null) {
        System.clearProperty(KitProcess.LIMIT);
      } else {
        System.setProperty(KitProcess.LIMIT, usual);
      }
    }
  }

  @Test
  void a_jar_that_cannot_be_loaded_names_the_rule_in_the_way() throws IOException {
    assertThat(refusal(jar(AcmePlugin.class, Map.of("Palimpsest-Api", "[9.0,)"))))
        .isEqualTo(SpiRule.SPI_06);
    assertThat(refusal(jar(AcmePlugin.class, Map.of(), "org/tensorflow/TensorFlow.class")))
        .isEqualTo(SpiRule.SPI_10);
  }

  private static Rule refusal(Path jar) {
    Judgement c = Certification.ofJar(jar, (component, v) -> {}).get(0);
    assertThat(c.certified()).isFalse();
    return c.verdicts().get(0).rule();
  }
}

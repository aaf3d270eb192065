package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.llm.safetensors.SafetensorsFile;
import io.github.palimpsest.testing.PluginFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class VerifyTest {
  @TempDir Path folder;

  @Test
  void a_component_of_this_project_is_certified_rule_by_rule_with_its_settings()
      throws IOException {
    Path file = folder.resolve("certificate.json");
    Path kept =
        Plugins.onClassPath()
            .find("wise-ft")
            .origin()
            .location()
            .resolveSibling("certificates/wise-ft.json");
    FileTime before = Files.exists(kept) ? Files.getLastModifiedTime(kept) : null;
    Command verified = Command.run("verify", "wise-ft(alpha=0.25)", "--certificate", file).ok();
    assertThat(verified.out())
        .contains("PPW-02  passed")
        .contains("SPI-07  passed")
        .containsPattern("wise-ft \\(.*: certified; \\d+ passed, 0 failed");
    assertThat(new ObjectMapper().readTree(file.toFile()).at("/0/settings").asText())
        .contains("alpha=0.25");
    assertThat(Files.exists(kept) ? Files.getLastModifiedTime(kept) : null)
        .as("the certificate of the defaults")
        .isEqualTo(before);
  }

  @Test
  void a_strangers_jar_is_certified_and_the_certificate_written() throws IOException {
    Path jar = PluginJar.write(folder.resolve("acme.jar"), true);
    Path file = folder.resolve("certificate.json");
    Command verified = Command.run("verify", jar, "--json", "--certificate", file);
    JsonNode certificate = new ObjectMapper().readTree(verified.out()).get(0);
    assertThat(certificate.get("component").asText()).isEqualTo("acme.descent");
    assertThat(certificate.get("sha256").asText()).hasSize(64);
    assertThat(certificate.get("verdicts"))
        .as("rules broken by plain descent")
        .noneSatisfy(v -> assertThat(v.get("verdict").asText()).isEqualTo("FAILED"));
    assertThat(certificate.get("certified").asBoolean()).isTrue();
    assertThat(verified.code()).isZero();
    assertThat(new ObjectMapper().readTree(file.toFile()).get(0)).isEqualTo(certificate);
  }

  @Test
  void sam_of_a_third_party_is_one_short_file_and_certified() throws IOException {
    Path example = Path.of("../examples/acme-sam/src/main");
    Path sam = example.resolve("java/com/acme/sam/Sam.java");
    assertThat(Files.readAllLines(sam)).hasSizeLessThan(60);
    Path classes = folder.resolve("classes");
    Path plugin = sam.resolveSibling("SamPlugin.java");
    PluginFiles.compile(List.of(sam, plugin), classes);
    PluginFiles.serve(classes, "com.acme.sam.SamPlugin");
    Path jar = PluginFiles.pack(classes, folder.resolve("acme-sam.jar"));
    assertThat(Command.run("verify", jar).ok().out())
        .contains("=== acme.sam ===", "acme.sam SPI-01  passed")
        .contains("OPT-05  passed", "OPT-06  passed", "OPT-17  passed")
        .containsPattern("acme.sam \\(.*: certified; \\d+ passed, 0 failed");
  }

  @Test
  void granite_of_a_third_party_is_certified_and_computes_what_transformers_computes()
      throws IOException {
    Path example = Path.of("../examples/acme-granite/src");
    Path classes = folder.resolve("classes");
    Path sources = example.resolve("main/java/com/acme/granite");
    PluginFiles.compile(
        List.of(sources.resolve("Granite.java"), sources.resolve("GranitePlugin.java")), classes);
    PluginFiles.serve(classes, "com.acme.granite.GranitePlugin");
    Path plugins = Files.createDirectory(folder.resolve("plugins"));
    Path jar = PluginFiles.pack(classes, plugins.resolve("acme-granite.jar"));
    assertThat(Command.run("verify", jar).ok().out())
        .contains("FAM-02  passed", "FAM-06  passed")
        .containsPattern("acme.granite \\(.*: certified; \\d+ passed, 0 failed");

    JsonNode golden =
        new ObjectMapper().readTree(example.resolve("test/resources/granite.json").toFile());
    Path model = GraniteModel.save(folder.resolve("model"), golden);
    Path ids = Files.writeString(folder.resolve("ids.json"), golden.get("ids").toString());
    Object[] logits = {"bench", "logits", model, "--ids", ids, "--out", folder.resolve("logits")};
    assertThat(Command.run(logits).refusal(ExitCode.USAGE)).contains("model_type 'granite'");
    Command.run(Stream.concat(Stream.of(logits), Stream.of("--plugins", plugins)).toArray()).ok();
    SafetensorsFile computed = SafetensorsFile.open(folder.resolve("logits/model.safetensors"));
    for (int row = 0; row < golden.get("logits").size(); row++) {
      float[] expected =
          new ObjectMapper().convertValue(golden.get("logits").get(row), float[].class);
      assertThat(computed.copy("logits." + row))
          .as("row %d", row)
          .containsExactly(expected, within(2e-5f));
    }
  }

  @Test
  void an_experiment_that_requires_certificates_names_the_component_and_the_command()
      throws IOException {
    Path plugins = Files.createDirectory(folder.resolve("plugins"));
    PluginJar.write(plugins.resolve("acme.jar"), true);
    Path model = TinyModel.save(folder.resolve("model"));
    Path data = TinyModel.instructions(folder.resolve("data.jsonl"), 8);
    Path file = TinyModel.experiment(folder, model, data, "[acme.descent]");
    Files.writeString(file, Files.readString(file) + "metrics: [forgetting]\n");
    Path out = folder.resolve("out");
    Object[] run = {"run", file, "--plugins", plugins, "--out", out, "--require-certified"};
    assertThat(Command.run(run).refusal(ExitCode.RULE))
        .contains("'acme.descent' is unchecked")
        .endsWith("palimpsest verify acme.descent --plugins " + plugins);
    assertThat(out).as("the output folder").doesNotExist();

    Command.run("verify", "acme.descent", "--plugins", plugins).ok();
    assertThat(Command.run("list", "--plugins", plugins).ok().out())
        .containsPattern("acme.descent +optimizer +1 +0  certified ");
    Path metrics = Plugins.onClassPath().find("forgetting").origin().location();
    Files.deleteIfExists(metrics.resolveSibling("certificates").resolve("forgetting.json"));
    assertThat(Command.run(run).ok().err()).contains("certifying 'forgetting' of this build, once");
    assertThat(Command.run(run).ok().err()).as("once").doesNotContain("certifying");
    String cell = Command.run("plan", file, "--plugins", plugins, "--json").ok().out();
    String id = new ObjectMapper().readTree(cell).at("/cells/0/id").asText();
    JsonNode result =
        new ObjectMapper().readTree(out.resolve("cells/" + id + "/result.json").toFile());
    assertThat(result.at("/components/0/certificate").asText()).isEqualTo("certified");
  }

  @Test
  void what_is_not_there_is_refused_by_name() {
    assertThat(Command.run("verify", "wiseft").refusal(ExitCode.USAGE)).contains("wise-ft");
    assertThat(Command.run("verify", "wise-ft(alpha=2)").refusal(ExitCode.USAGE))
        .contains("alpha", "from 0 to 1");
    assertThat(Command.run("verify", "adamw + ewc").refusal(ExitCode.USAGE))
        .contains("the kit checks one component");
    assertThat(Command.run("verify", "none.jar").refusal(ExitCode.USAGE)).contains("none.jar");
  }
}

package io.github.palimpsest.cli.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaId;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import io.github.palimpsest.cli.Command;
import io.github.palimpsest.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class SchemasTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Every command with a {@code --json}. */
  private static Stream<CommandLine> printing(CommandLine command) {
    Stream<CommandLine> own =
        command.getCommandSpec().findOption("--json") == null ? Stream.of() : Stream.of(command);
    return Stream.concat(
        own, command.getSubcommands().values().stream().flatMap(SchemasTest::printing));
  }

  static List<String> names() {
    return Schemas.names();
  }

  @Test
  void every_command_with_json_has_a_schema_and_every_schema_such_a_command() {
    TreeSet<String> commands = new TreeSet<>();
    printing(Command.commandLine())
        .forEach(c -> commands.add(Schemas.name(c.getCommandSpec().qualifiedName())));
    TreeSet<String> schemas = new TreeSet<>(Schemas.names());
    schemas.remove(Schemas.EXPERIMENT);
    assertThat(schemas).contains("list", "train", "bench-step").isEqualTo(commands);
  }

  @ParameterizedTest
  @MethodSource("names")
  void a_schema_is_printed_and_is_one_itself(String name) throws IOException {
    JsonNode printed = JSON.readTree(Command.run("schema", name).ok().out());
    assertThat(printed).isEqualTo(JSON.readTree(Schemas.of(name).toString()));
    if (!name.equals(Schemas.EXPERIMENT)) {
      JsonSchema schemaOfSchemas =
          JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
              .getSchema(SchemaLocation.of(SchemaId.V202012));
      assertThat(schemaOfSchemas.validate(printed)).isEmpty();
    }
  }

  @Test
  void without_a_name_it_is_that_of_experiment_files_and_an_unknown_one_is_refused() {
    assertThat(Command.run("schema").ok().out())
        .isEqualTo(Command.run("schema", Schemas.EXPERIMENT).ok().out());
    Command refused = Command.run("schema", "lst");
    assertThat(refused.refusal(ExitCode.USAGE)).contains("unknown schema 'lst'", "'list'");
    assertThat(refused.next()).isEqualTo("palimpsest schema --help");
  }

  @Test
  void what_a_folder_without_results_prints_follows_the_schemas(@TempDir Path folder)
      throws IOException {
    Files.writeString(
        folder.resolve("plan.json"),
        """
        {"experiment": "toy", "cells": [
          {"id": "a", "label": "sgd", "recipe": "sgd(lr=0.1)", "seed": 1},
          {"id": "b", "label": "sgd", "recipe": "sgd(lr=0.1)", "seed": 2}]}
        """);
    Files.createDirectories(folder.resolve("cells/b"));
    Files.writeString(
        folder.resolve("cells/b/failed.json"), "{\"id\": \"b\", \"reason\": \"loss is NaN\"}");
    // each of these is compared with its schema by Command.run
    Command.run("status", folder, "--json").ok();
    Command.run("report", folder, "--json").ok();
    Command.run("query", "--tables", "--json").ok();
    Command.run("query", folder, "SELECT id FROM cells", "--json").ok();
  }

  @Test
  void a_key_that_a_schema_does_not_have_is_found() throws IOException {
    String list = Command.run("list", "--kind", "merger", "--json").ok().out();
    JsonSchema schema = PrintedJson.schema("list");
    assertThat(schema.validate(JSON.readTree(list))).isEmpty();
    assertThat(schema.validate(JSON.readTree(list.replace("\"passes\"", "\"passed\""))))
        .isNotEmpty();
  }
}

package io.github.palimpsest.cli.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.github.palimpsest.cli.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import picocli.CommandLine;

/** Compares what commands print with {@code --json} with their schemas. */
public final class PrintedJson {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, JsonSchema> SCHEMAS = new ConcurrentHashMap<>();

  private PrintedJson() {}

  /** Checks the standard output of a command, if it is to be JSON; a refused command has none. */
  public static void check(String out, String... arguments) {
    if (!Arrays.asList(arguments).contains("--json") || out.isEmpty()) {
      return;
    }
    String name = Schemas.name(command(arguments));
    try (JsonParser values = JSON.createParser(out)) {
      for (JsonNode one = JSON.readTree(values); one != null; one = JSON.readTree(values)) {
        assertThat(schema(name).validate(one))
            .as("what '%s --json' prints, by its schema", name)
            .isEmpty();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonSchema schema(String name) {
    return SCHEMAS.computeIfAbsent(
        name,
        n ->
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(Schemas.of(n)));
  }

  /** The subcommand with its parents. */
  private static String command(String... arguments) {
    CommandLine command = Command.commandLine();
    for (String argument : arguments) {
      CommandLine next = command.getSubcommands().get(argument);
      if (next == null) {
        break;
      }
      command = next;
    }
    return command.getCommandSpec().qualifiedName();
  }
}

//! Parquet: flat columns, each of which may be empty; Snappy, which every reader has.

use super::{RowWriter, Table};
use crate::base::error::{Error, Result};
use crate::export::value::{Kind, Value};
use jiff::civil::{Date, date};
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};
use std::io::Write;
use std::mem;
use std::sync::Arc;

/// Rows that are held before they are written.
const GROUP: usize = 1 << 16;
/// Day from which days are counted.
const EPOCH: Date = date(1970, 1, 1);

/// Writer of a table.
pub(super) struct Parquet<'o> {
    table: Table,
    file: SerializedFileWriter<&'o mut (dyn Write + Send)>,
    rows: Vec<Vec<Value>>,
}

impl<'o> Parquet<'o> {
    /// Writes what comes before the first row.
    ///
    /// # Errors
    /// A stream that takes no more.
    pub(super) fn new(table: Table, out: &'o mut (dyn Write + Send)) -> Result<Self> {
        // By whom a file was written is its bytes, too: the same graph is the same file.
        let properties = WriterProperties::builder()
            .set_created_by("standpoint".to_owned())
            .set_compression(Compression::SNAPPY)
            .build();
        let file = schema(table)
            .and_then(|schema| SerializedFileWriter::new(out, schema, Arc::new(properties)))
            .map_err(failed)?;
        Ok(Self { table, file, rows: Vec::new() })
    }

    fn write_group(&mut self) -> Result<(), ParquetError> {
        let mut rows = mem::take(&mut self.rows);
        if rows.is_empty() {
            return Ok(());
        }
        let mut group = self.file.next_row_group()?;
        for (at, column) in self.table.columns().iter().enumerate() {
            let Some(mut writer) = group.next_column()? else { break };
            let values = rows.iter_mut().map(|row| mem::take(&mut row[at]));
            write_column(column.kind, values, &mut writer)?;
            writer.close()?;
        }
        group.close()?;
        Ok(())
    }
}

impl RowWriter for Parquet<'_> {
    fn row(&mut self, row: Vec<Value>) -> Result<()> {
        self.rows.push(row);
        if self.rows.len() == GROUP { self.write_group().map_err(failed) } else { Ok(()) }
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.write_group().and_then(|()| self.file.close()).map(drop).map_err(failed)
    }
}

fn schema(table: Table) -> Result<TypePtr, ParquetError> {
    let field = |name: &str, kind| {
        let (physical, logical) = match kind {
            Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Kind::Integer => (Physical::INT64, None),
            Kind::Decimal => (Physical::DOUBLE, None),
            Kind::Day => (Physical::INT32, Some(LogicalType::Date)),
        };
        let field = Type::primitive_type_builder(name, physical);
        field.with_repetition(Repetition::OPTIONAL).with_logical_type(logical).build().map(Arc::new)
    };
    let fields = table.columns().iter().map(|column| field(column.name, column.kind));
    let fields = fields.collect::<Result<_, _>>()?;
    Type::group_type_builder(table.name()).with_fields(fields).build().map(Arc::new)
}

fn write_column(
    kind: Kind,
    values: impl Iterator<Item = Value>,
    writer: &mut SerializedColumnWriter<'_>,
) -> Result<(), ParquetError> {
    let mut levels: Vec<i16> = Vec::new();
    let mut present = values.inspect(|value| levels.push(i16::from(*value != Value::Absent)));
    match kind {
        Kind::Text => {
            let texts = present.by_ref().filter_map(|value| match value {
                Value::Text(text) => Some(ByteArray::from(text.into_bytes())),
                _ => None,
            });
            let texts: Vec<ByteArray> = texts.collect();
            writer.typed::<ByteArrayType>().write_batch(&texts, Some(&levels), None)?;
        }
        Kind::Integer => {
            let numbers = present.by_ref().filter_map(|value| match value {
                Value::Integer(number) => Some(number),
                _ => None,
            });
            let numbers: Vec<i64> = numbers.collect();
            writer.typed::<Int64Type>().write_batch(&numbers, Some(&levels), None)?;
        }
        Kind::Decimal => {
            let numbers = present.by_ref().filter_map(|value| match value {
                Value::Decimal(number) => Some(number),
                _ => None,
            });
            let numbers: Vec<f64> = numbers.collect();
            writer.typed::<DoubleType>().write_batch(&numbers, Some(&levels), None)?;
        }
        Kind::Day => {
            let days = present.by_ref().filter_map(|value| match value {
                Value::Day(day) => Some((day - EPOCH).get_days()),
                _ => None,
            });
            let days: Vec<i32> = days.collect();
            writer.typed::<Int32Type>().write_batch(&days, Some(&levels), None)?;
        }
    }
    Ok(())
}

fn failed(error: ParquetError) -> Error {
    Error::usage(format!("the Parquet file cannot be written: {error}"))
}

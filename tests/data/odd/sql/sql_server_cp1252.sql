USE [Clinique]
GO
/****** Object:  Table [dbo].[Patients]    Script Date: 02/11/2026 10:00:00 ******/
SET ANSI_NULLS ON
GO
CREATE TABLE [dbo].[Patients](
	[Id] [int] IDENTITY(1,1) NOT NULL,
	[Nom] [nvarchar](50) NULL,
	[Naissance] [date] NULL,
	[Maj] [datetime] NULL,
 CONSTRAINT [PK_Patients] PRIMARY KEY CLUSTERED 
(
	[Id] ASC
)WITH (PAD_INDEX = OFF) ON [PRIMARY]
) ON [PRIMARY]
GO
SET IDENTITY_INSERT [dbo].[Patients] ON 

INSERT [dbo].[Patients] ([Id], [Nom], [Naissance], [Maj]) VALUES (1, N'Élodie', CAST(N'1960-01-31' AS Date), CAST(0x00009E0E0095524F AS DateTime))
INSERT [dbo].[Patients] ([Id], [Nom], [Naissance], [Maj]) VALUES (2, N'O''Neil', CAST(0x38320B00 AS Date), NULL)
GO
print 'Processed 2 total records'
INSERT [dbo].[Patients] ([Id], [Nom], [Naissance], [Maj]) VALUES (3, N'deux
lignes', NULL, CAST(N'2020-05-06T07:08:09.000' AS DateTime))
SET IDENTITY_INSERT [dbo].[Patients] OFF
GO
ALTER TABLE [dbo].[Patients] ADD  CONSTRAINT [DF]  DEFAULT (N'l''inconnu') FOR [Nom]
GO
CREATE PROCEDURE [dbo].[Ajout] AS
BEGIN
INSERT [dbo].[Patients] ([Id]) VALUES (99)
END
GO
